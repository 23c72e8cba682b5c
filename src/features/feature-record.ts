import { type ByteReader, type ByteWriter, createByteReader, createByteWriter } from "./byte-cursor.ts";
import { parseSections, renderSections, requireSection } from "./sections.ts";

/** Bins of both histograms (paper, appendix on the visualization). */
export const HISTOGRAM_BINS = 40;

/** Value-evenly-spaced intervals of activation on [0, maximum] from which examples are drawn. */
export const INTERVALS = 11;

/** All that is known about one feature: what its page shows. */
export interface FeatureRecord {
  readonly index: number;
  /** Tokens on which the feature is active. */
  readonly firings: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** The largest activation; 0 for a feature that never fired. */
  readonly maximum: number;
  /** Tokens shown on each side of an example's centre. */
  readonly window: number;
  /** Active tokens in 40 equal bins on (0, maximum]; bin i holds values in (i, i + 1] * maximum / 40. */
  readonly histogram: Uint32Array; // [40]
  /** The top group first, then intervals from the highest to the lowest, then the bottom; groups without examples are left out. */
  readonly groups: readonly ExampleGroup[];
  /** The direct effect on the next token, absent where the site has no direct path to the logits. */
  readonly logits: LogitWeights | null;
  /** The three largest entries of the feature's direction by absolute value. */
  readonly neurons: readonly NeuronWeight[];
}

/** Examples chosen by one rule. Interval 10 reaches up to the maximum, interval 0 down to 0. */
export type ExampleGroup =
  | { readonly kind: "top" | "bottom"; readonly examples: readonly Example[] }
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
}

/** Direct effect of a feature on the logits, shifted so that the median over the vocabulary in use is 0 (paper, §Arabic). */
export interface LogitWeights {
  readonly positive: readonly TokenWeight[]; // up to 10, largest first
  readonly negative: readonly TokenWeight[]; // up to 10, most negative first
  /** Tokens in use in 40 equal bins on [minimum, maximum]. */
  readonly histogram: Uint32Array; // [40]
  readonly minimum: number;
  readonly maximum: number;
}

/** A token and a feature's direct effect on its logit. */
export interface TokenWeight {
  readonly token: number;
  readonly weight: number;
}

/** An entry of a feature's direction and its share of the direction's L1 norm. */
export interface NeuronWeight {
  readonly index: number;
  readonly weight: number;
  readonly shareOfL1: number;
}

const VERSION = 1;
const TAGS = { summary: 1, histogram: 2, groups: 3, logits: 4, neurons: 5 } as const;
const GROUP_KINDS = ["top", "interval", "bottom"] as const;
const FULL_SCALE = 65535;
const OUTSIDE = { 2: 0xffff, 4: 0xffffffff } as const;

/** The feature as bytes of format version 1: sections with tag and length, so that later sections do not break readers. */
export function renderFeatureRecord(record: FeatureRecord): Uint8Array {
  const sections = new Map([
    [TAGS.summary as number, write((out) => writeSummary(out, record))],
    [TAGS.histogram, write((out) => writeHistogram(out, record.histogram))],
    [TAGS.groups, write((out) => writeGroups(out, record))],
    [TAGS.neurons, write((out) => writeNeurons(out, record.neurons))],
  ]);
  const { logits } = record;
  if (logits !== null)
    sections.set(
      TAGS.logits,
      write((out) => writeLogits(out, logits)),
    );
  return renderSections(VERSION, sections);
}

/** A feature from its bytes. Sections this reader does not know are skipped; damaged bytes throw an `Error`. */
export function parseFeatureRecord(bytes: Uint8Array): FeatureRecord {
  const what = "feature record";
  const sections = parseSections(bytes, VERSION, what);
  const read = <T>(tag: number, parse: (input: ByteReader) => T): T => {
    const input = createByteReader(requireSection(sections, tag, what), `section ${tag} of the ${what}`);
    const value = parse(input);
    input.finish();
    return value;
  };
  const summary = read(TAGS.summary, readSummary);
  return {
    ...summary,
    histogram: read(TAGS.histogram, readHistogram),
    groups: read(TAGS.groups, (input) => readGroups(input, summary)),
    neurons: read(TAGS.neurons, readNeurons),
    logits: sections.has(TAGS.logits) ? read(TAGS.logits, readLogits) : null,
  };
}

function write(fill: (out: ByteWriter) => void): Uint8Array {
  const out = createByteWriter();
  fill(out);
  return out.finish();
}

type Summary = Pick<FeatureRecord, "index" | "firings" | "sum" | "sumOfSquares" | "maximum" | "window">;

function writeSummary(out: ByteWriter, record: FeatureRecord): void {
  out.uint32(record.index);
  out.uint32(record.firings);
  out.float64(record.sum);
  out.float64(record.sumOfSquares);
  out.float32(record.maximum);
  out.uint8(record.window);
}

function readSummary(input: ByteReader): Summary {
  return {
    index: input.uint32(),
    firings: input.uint32(),
    sum: input.float64(),
    sumOfSquares: input.float64(),
    maximum: input.float32(),
    window: input.uint8(),
  };
}

function writeHistogram(out: ByteWriter, histogram: Uint32Array): void {
  for (let bin = 0; bin < HISTOGRAM_BINS; bin++) out.uint32(histogram[bin]!);
}

function readHistogram(input: ByteReader): Uint32Array {
  return Uint32Array.from({ length: HISTOGRAM_BINS }, () => input.uint32());
}

function writeGroups(out: ByteWriter, { groups, maximum }: FeatureRecord): void {
  const ids = groups.flatMap((group) => group.examples.flatMap((example) => example.tokens));
  const idBytes = ids.every((id) => id < OUTSIDE[2]) ? 2 : 4;
  out.uint8(idBytes);
  out.uint8(groups.length);
  for (const group of groups) {
    out.uint8(GROUP_KINDS.indexOf(group.kind));
    out.uint8(group.kind === "interval" ? group.interval : 0);
    out.uint16(group.examples.length);
    for (const example of group.examples) writeExample(out, example, idBytes, maximum);
  }
}

function readGroups(input: ByteReader, { window, maximum }: Summary): ExampleGroup[] {
  const idBytes = input.uint8();
  if (idBytes !== 2 && idBytes !== 4) throw new Error(`feature record: ids of ${idBytes} bytes, wanted 2 or 4`);
  return Array.from({ length: input.uint8() }, () => {
    const kind = GROUP_KINDS[input.uint8()];
    const interval = input.uint8();
    const count = input.uint16();
    const examples = Array.from({ length: count }, () => readExample(input, idBytes, window, maximum));
    if (kind === undefined || interval >= INTERVALS) throw new Error("feature record: unknown group of examples");
    return kind === "interval" ? { kind, interval, examples } : { kind, examples };
  });
}

function writeExample(out: ByteWriter, example: Example, idBytes: 2 | 4, maximum: number): void {
  out.uint32(example.context);
  out.uint16(example.position);
  out.uint32(example.document);
  out.uint32(example.repeats);
  for (const token of example.tokens) {
    const id = token < 0 ? OUTSIDE[idBytes] : token;
    if (idBytes === 2) out.uint16(id);
    else out.uint32(id);
  }
  for (const activation of example.activations) out.uint16(quantise(activation, maximum));
}

function readExample(input: ByteReader, idBytes: 2 | 4, window: number, maximum: number): Example {
  const length = 2 * window + 1;
  const context = input.uint32();
  const position = input.uint16();
  const document = input.uint32();
  const repeats = input.uint32();
  const tokens = Array.from({ length }, () => {
    const id = idBytes === 2 ? input.uint16() : input.uint32();
    return id === OUTSIDE[idBytes] ? -1 : id;
  });
  const activations = Array.from({ length }, () => (input.uint16() / FULL_SCALE) * maximum);
  return { context, position, document, repeats, tokens, activations };
}

function quantise(activation: number, maximum: number): number {
  return maximum > 0 ? Math.round((Math.min(activation, maximum) / maximum) * FULL_SCALE) : 0;
}

function writeLogits(out: ByteWriter, logits: LogitWeights): void {
  out.float32(logits.minimum);
  out.float32(logits.maximum);
  writeHistogram(out, logits.histogram);
  for (const weights of [logits.positive, logits.negative]) {
    out.uint8(weights.length);
    for (const { token, weight } of weights) {
      out.uint32(token);
      out.float32(weight);
    }
  }
}

function readLogits(input: ByteReader): LogitWeights {
  const minimum = input.float32();
  const maximum = input.float32();
  const histogram = readHistogram(input);
  const readWeights = () =>
    Array.from({ length: input.uint8() }, () => ({ token: input.uint32(), weight: input.float32() }));
  const positive = readWeights();
  const negative = readWeights();
  return { positive, negative, histogram, minimum, maximum };
}

function writeNeurons(out: ByteWriter, neurons: readonly NeuronWeight[]): void {
  out.uint8(neurons.length);
  for (const { index, weight, shareOfL1 } of neurons) {
    out.uint32(index);
    out.float32(weight);
    out.float32(shareOfL1);
  }
}

function readNeurons(input: ByteReader): NeuronWeight[] {
  return Array.from({ length: input.uint8() }, () => ({
    index: input.uint32(),
    weight: input.float32(),
    shareOfL1: input.float32(),
  }));
}
