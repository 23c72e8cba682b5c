import { documentAt, type TokenStream } from "../text/contexts.ts";
import type { Candidates } from "./collect-candidates.ts";
import { type Example, type ExampleGroup, INTERVALS } from "./feature-record.ts";
import { activationAt, type CodeBatch } from "./scan-codes.ts";

// Dimensions: T context length, W = 2 window + 1 tokens of an example.

const TOP_EXAMPLES = 20;
const INTERVAL_EXAMPLES = 5;
const BOTTOM_EXAMPLES = 20;
const GROUPS = INTERVALS + 2;

/** The text that was searched. */
export interface SearchedText {
  readonly stream: TokenStream;
  /** Indices in the stream of the contexts that were searched. */
  readonly contexts: Int32Array;
  readonly contextLength: number;
  /** Tokens shown on each side of an example's centre. */
  readonly window: number;
}

/** The examples of every feature, flat: group g of feature f holds examples starts[13 f + g] .. starts[13 f + g + 1]. */
export interface ChosenExamples {
  readonly starts: Uint32Array; // [13 features + 1]
  /** The feature each example belongs to. */
  readonly features: Uint32Array;
  /** Places among the searched tokens. */
  readonly tokens: Uint32Array;
  readonly repeats: Uint32Array;
  readonly activations: Float32Array; // [examples, W]
}

/**
 * Picks every feature's examples from its candidates, merging those with equal windows into the best of them. Activations
 * are zeros until `fillWindows`.
 */
export function chooseExamples(text: SearchedText, candidates: Candidates, maxima: Float32Array): ChosenExamples {
  const starts = new Uint32Array(maxima.length * GROUPS + 1);
  const features: number[] = [];
  const tokens: number[] = [];
  const repeats: number[] = [];
  for (let group = 0; group < maxima.length * GROUPS; group++) {
    const feature = Math.floor(group / GROUPS);
    if (maxima[feature]! > 0) {
      const { listed, count } = chooseCandidates(candidates, feature, group % GROUPS);
      for (const [token, merged] of mergeRepeats(text, listed, count)) {
        features.push(feature);
        tokens.push(token);
        repeats.push(merged);
      }
    }
    starts[group + 1] = tokens.length;
  }
  return {
    starts,
    features: Uint32Array.from(features),
    tokens: Uint32Array.from(tokens),
    repeats: Uint32Array.from(repeats),
    activations: new Float32Array(tokens.length * (2 * text.window + 1)),
  };
}

/** The examples' places in the order in which a pass over the text meets them. */
export function orderByToken({ tokens }: ChosenExamples): Uint32Array {
  return Uint32Array.from(tokens.keys()).sort((a, b) => tokens[a]! - tokens[b]!);
}

/** Writes the windows' activations of the examples `order[first ...]` that lie in a batch; returns the first that does not. */
export function fillWindows(
  examples: ChosenExamples,
  order: Uint32Array,
  first: number,
  codes: CodeBatch,
  { contextLength: T, window }: SearchedText,
): number {
  const firstToken = codes.firstContext * T;
  const endToken = firstToken + codes.contexts * T;
  let next = first;
  for (; next < order.length && examples.tokens[order[next]!]! < endToken; next++) {
    const example = order[next]!;
    const row = examples.tokens[example]! - firstToken;
    const position = row % T;
    for (let offset = -window; offset <= window; offset++) {
      if (position + offset < 0 || position + offset >= T) continue;
      const at = example * (2 * window + 1) + window + offset;
      examples.activations[at] = activationAt(codes, row + offset, examples.features[example]!);
    }
  }
  return next;
}

/** A feature's groups as its record holds them; empty ones are left out. */
export function listGroups(text: SearchedText, chosen: ChosenExamples, feature: number): ExampleGroup[] {
  const groups: ExampleGroup[] = [];
  for (let group = 0; group < GROUPS; group++) {
    const start = chosen.starts[feature * GROUPS + group]!;
    const end = chosen.starts[feature * GROUPS + group + 1]!;
    if (start === end) continue;
    const examples = Array.from({ length: end - start }, (_, i) => createExample(text, chosen, start + i));
    if (group === 0) groups.push({ kind: "top", examples });
    else if (group === GROUPS - 1) groups.push({ kind: "bottom", examples });
    else
      groups.push({ kind: "interval", interval: INTERVALS - group, examples: sortByStrength(examples, text.window) });
  }
  return groups;
}

/** Ids of the tokens around a place among the searched tokens, -1 beyond its context. */
export function readWindow({ stream, contexts, contextLength: T, window }: SearchedText, token: number): number[] {
  const position = token % T;
  const centre = contexts[Math.floor(token / T)]! * T + position;
  return Array.from({ length: 2 * window + 1 }, (_, i) => {
    const offset = i - window;
    return position + offset < 0 || position + offset >= T ? -1 : stream.tokens[centre + offset]!;
  });
}

function chooseCandidates(
  candidates: Candidates,
  feature: number,
  group: number,
): { readonly listed: Uint32Array; readonly count: number } {
  if (group === 0) return { listed: candidates.top(feature), count: TOP_EXAMPLES };
  if (group === GROUPS - 1) return { listed: candidates.silent(feature), count: BOTTOM_EXAMPLES };
  return { listed: candidates.interval(feature, INTERVALS - group), count: INTERVAL_EXAMPLES };
}

/** The first `count` candidates with windows of their own, each with the number of candidates that share its window. */
function mergeRepeats(text: SearchedText, listed: Uint32Array, count: number): Iterable<[number, number]> {
  const byWindow = new Map<string, [number, number]>();
  for (const token of listed) {
    const key = readWindow(text, token).join();
    const known = byWindow.get(key);
    if (known !== undefined) known[1]++;
    else byWindow.set(key, [token, 1]);
  }
  return [...byWindow.values()].slice(0, count);
}

function createExample(text: SearchedText, chosen: ChosenExamples, example: number): Example {
  const { stream, contexts, contextLength: T, window } = text;
  const token = chosen.tokens[example]!;
  const context = contexts[Math.floor(token / T)]!;
  const position = token % T;
  const length = 2 * window + 1;
  return {
    context,
    position,
    document: documentAt(stream, context * T + position),
    repeats: chosen.repeats[example]!,
    tokens: readWindow(text, token),
    activations: [...chosen.activations.subarray(example * length, (example + 1) * length)],
    effects: Array(length).fill(0),
  };
}

function sortByStrength(examples: readonly Example[], window: number): Example[] {
  return [...examples].sort((a, b) => b.activations[window]! - a.activations[window]!);
}
