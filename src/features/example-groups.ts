import type { ByteReader, ByteWriter } from "./byte-cursor.ts";

/** Value-evenly-spaced intervals of activation on [0, maximum] from which examples are drawn. */
export const INTERVALS = 11;

/** Examples chosen by one rule. Interval 10 reaches up to the maximum, interval 0 down to 0. */
export type ExampleGroup =
  | {
      /**
       * `top`: the strongest; `bottom`: random tokens on which the feature is silent; `random`: a uniform sample of the tokens
       * on which it fires; `near-miss`: it is silent although the token is the centre of a top example.
       */
      readonly kind: "top" | "bottom" | "random" | "near-miss";
      readonly examples: readonly Example[];
    }
  | { readonly kind: "interval"; readonly interval: number; readonly examples: readonly Example[] };

/** A token of held-out text with its neighbours. */
export interface Example {
  readonly context: number;
  /** Place of the centre within its context. */
  readonly position: number;
  readonly document: number;
  /** How many candidates had exactly these tokens and were merged into this one; 1 for an example that is alone. */
  readonly repeats: number;
  /** Ids of the window, the centre in the middle; -1 outside the context. */
  readonly tokens: readonly number[]; // [2 window + 1]
  /** The feature's activation on each token of the window, to within half of maximum / 65535; 0 outside the context. */
  readonly activations: readonly number[]; // [2 window + 1]
  /**
   * What ablating the feature on the whole context does to the loss of predicting the token after each one, in nats, to within
   * half of 1 / 8191 of the record's largest; > 0 where the feature helped, 0 outside the context and where no token follows.
   * null in a first look, which leaves effects out.
   */
  readonly effects: readonly number[] | null; // [2 window + 1]
}

const GROUP_KINDS = ["top", "interval", "bottom", "random", "near-miss"] as const;
const ACTIVATION_SCALE = 65_535;
const EFFECT_SCALE = 8191;

/** How a record's values are stored. */
export interface ValueScale {
  /** Tokens on each side of a centre. */
  readonly window: number;
  /** The feature's largest activation. */
  readonly maximum: number;
}

/**
 * Writes groups of examples: varints, and of each window's activations and effects only those that are not 0. NaN as the largest
 * effect says that there are none.
 */
export function writeGroups(out: ByteWriter, groups: readonly ExampleGroup[], { maximum }: ValueScale): void {
  const largest = Math.fround(findLargestEffect(groups));
  out.float32(largest);
  out.uint8(groups.length);
  for (const group of groups) {
    out.uint8(GROUP_KINDS.indexOf(group.kind));
    out.uint8(group.kind === "interval" ? group.interval : 0);
    out.uint8(group.examples.length);
    for (const example of group.examples) writeExample(out, example, maximum, largest);
  }
}

/** Groups of examples from their bytes; damaged ones throw an `Error`. */
export function readGroups(input: ByteReader, scale: ValueScale): ExampleGroup[] {
  const largest = input.float32();
  return Array.from({ length: input.uint8() }, () => {
    const kind = GROUP_KINDS[input.uint8()];
    const interval = input.uint8();
    const count = input.uint8();
    const examples = Array.from({ length: count }, () => readExample(input, scale, largest));
    if (kind === undefined || interval >= INTERVALS) throw new Error("feature record: unknown group of examples");
    return kind === "interval" ? { kind, interval, examples } : { kind, examples };
  });
}

function findLargestEffect(groups: readonly ExampleGroup[]): number {
  let largest = 0;
  for (const { examples } of groups) {
    for (const { effects } of examples) {
      if (effects === null) return Number.NaN;
      for (const effect of effects) largest = Math.max(largest, Math.abs(effect));
    }
  }
  return largest;
}

function writeExample(out: ByteWriter, example: Example, maximum: number, largest: number): void {
  out.varint(example.context);
  out.varint(example.position);
  out.varint(example.document);
  out.varint(example.repeats);
  for (const token of example.tokens) out.varint(token + 1);
  const activations = example.activations.map((value) => quantise(value, maximum, ACTIVATION_SCALE));
  writeSparse(out, activations, (value) => out.uint16(value));
  if (example.effects === null) return;
  const effects = example.effects.map((value) => quantise(value, largest, EFFECT_SCALE));
  writeSparse(out, effects, (value) => out.varint(value < 0 ? -2 * value - 1 : 2 * value));
}

function readExample(input: ByteReader, { window, maximum }: ValueScale, largest: number): Example {
  const length = 2 * window + 1;
  const context = input.varint();
  const position = input.varint();
  const document = input.varint();
  const repeats = input.varint();
  const tokens = Array.from({ length }, () => input.varint() - 1);
  const activations = readSparse(input, length, () => (input.uint16() / ACTIVATION_SCALE) * maximum);
  const readEffects = () => readSparse(input, length, () => (unfold(input.varint()) / EFFECT_SCALE) * largest);
  const effects = Number.isNaN(largest) ? null : readEffects();
  return { context, position, document, repeats, tokens, activations, effects };
}

/** A bit for each place that holds a value, eight to a byte, then the values. */
function writeSparse(out: ByteWriter, values: readonly number[], write: (value: number) => void): void {
  for (let first = 0; first < values.length; first += 8) {
    let bits = 0;
    for (let i = 0; i < 8; i++) if ((values[first + i] ?? 0) !== 0) bits += 1 << i;
    out.uint8(bits);
  }
  for (const value of values) if (value !== 0) write(value);
}

function readSparse(input: ByteReader, length: number, read: () => number): number[] {
  const bits = Array.from({ length: Math.ceil(length / 8) }, () => input.uint8());
  return Array.from({ length }, (_, i) => (((bits[i >> 3]! >> (i & 7)) & 1) === 1 ? read() : 0));
}

function quantise(value: number, largest: number, scale: number): number {
  return largest > 0 ? Math.round((Math.max(-largest, Math.min(value, largest)) / largest) * scale) : 0;
}

/** The whole number that 0, 1, 2, 3, 4 ... stand for in 0, -1, 1, -2, 2 ... */
function unfold(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
