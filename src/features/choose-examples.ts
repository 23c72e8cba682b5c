import type { Candidates, FeaturesByCentre } from "./collect-candidates.ts";
import type { Firings } from "./collect-firings.ts";
import { type Example, type ExampleGroup, INTERVALS } from "./feature-record.ts";
import { activationAt, type CodeBatch } from "./scan-codes.ts";
import { locateToken, mergeRepeats, readWindow, type SearchedText, tokenIdAt } from "./searched-text.ts";

// Dimensions: T context length, W = 2 window + 1 tokens of an example.

const TOP_EXAMPLES = 20;
const INTERVAL_EXAMPLES = 5;
const BOTTOM_EXAMPLES = 20;
const RANDOM_EXAMPLES = 20;
const NEAR_MISSES = 10;
/** In the order of the record: top, intervals from the highest to the lowest, bottom, random, near misses. */
const GROUPS = INTERVALS + 4;

/** The examples of every feature, flat: group g of feature f holds examples starts[15 f + g] .. starts[15 f + g + 1]. */
export interface ChosenExamples {
  readonly starts: Uint32Array; // [15 features + 1]
  /** Places among the searched tokens. */
  readonly tokens: Uint32Array;
  readonly repeats: Uint16Array;
  readonly activations: Float32Array; // [examples, W]
}

/** The strongest examples' centre ids of each feature, the other way round: the features of each id. */
export function indexCentres(text: SearchedText, firings: Firings, vocabulary: number): FeaturesByCentre {
  const features = firings.activity.maxima.length;
  const byId: number[][] = Array.from({ length: vocabulary }, () => []);
  for (let feature = 0; feature < features; feature++) {
    const centres = new Set<number>();
    for (const [token] of mergeRepeats(text, firings.top(feature), TOP_EXAMPLES)) centres.add(tokenIdAt(text, token));
    for (const id of centres) byId[id]!.push(feature);
  }
  const starts = new Uint32Array(vocabulary + 1);
  byId.forEach((listed, id) => {
    starts[id + 1] = starts[id]! + listed.length;
  });
  return { starts, features: Uint32Array.from(byId.flat()) };
}

/**
 * Picks every feature's examples from its candidates; those with equal windows are merged into the best of them, but in the
 * random sample, which shows what a firing is like. Activations are zeros until `fillWindows`.
 */
export function chooseExamples(text: SearchedText, firings: Firings, candidates: Candidates): ChosenExamples {
  const { maxima } = firings.activity;
  const starts = new Uint32Array(maxima.length * GROUPS + 1);
  let tokens = new Uint32Array(1 << 12);
  let repeats = new Uint16Array(tokens.length);
  let count = 0;
  const append = (token: number, merged: number): void => {
    if (count === tokens.length) {
      tokens = grow(tokens, new Uint32Array(2 * count));
      repeats = grow(repeats, new Uint16Array(2 * count));
    }
    tokens[count] = token;
    repeats[count++] = merged;
  };
  for (let group = 0; group < maxima.length * GROUPS; group++) {
    const feature = Math.floor(group / GROUPS);
    if (maxima[feature]! > 0) {
      for (const [token, merged] of chooseGroup(text, firings, candidates, feature, group % GROUPS)) {
        append(token, merged);
      }
    }
    starts[group + 1] = count;
  }
  const activations = new Float32Array(count * (2 * text.window + 1));
  return { starts, tokens: tokens.slice(0, count), repeats: repeats.slice(0, count), activations };
}

/** Examples by the context they lie in: those of context c are examples[starts[c]] .. examples[starts[c + 1]]. */
export interface ExamplesByContext {
  readonly starts: Uint32Array;
  readonly examples: Uint32Array;
  /** The feature of each example. */
  readonly features: Uint32Array;
}

/** The order in which a pass over the text meets the examples. */
export function orderByContext(chosen: ChosenExamples, text: SearchedText): ExamplesByContext {
  const features = new Uint32Array(chosen.tokens.length);
  for (let group = 0; group + 1 < chosen.starts.length; group++) {
    features.fill(Math.floor(group / GROUPS), chosen.starts[group]!, chosen.starts[group + 1]!);
  }
  const T = text.contextLength;
  const starts = new Uint32Array(text.contexts.length + 1);
  for (const token of chosen.tokens) starts[Math.floor(token / T) + 1]!++;
  for (let context = 0; context < text.contexts.length; context++) starts[context + 1]! += starts[context]!;
  const next = starts.slice();
  const examples = new Uint32Array(chosen.tokens.length);
  chosen.tokens.forEach((token, example) => {
    examples[next[Math.floor(token / T)]!++] = example;
  });
  return { starts, examples, features };
}

/** Writes the windows' activations of the examples that lie in a batch. */
export function fillWindows(
  chosen: ChosenExamples,
  order: ExamplesByContext,
  codes: CodeBatch,
  { contextLength: T, window }: SearchedText,
): void {
  const firstToken = codes.firstContext * T;
  const end = order.starts[codes.firstContext + codes.contexts]!;
  for (let place = order.starts[codes.firstContext]!; place < end; place++) {
    const example = order.examples[place]!;
    const row = chosen.tokens[example]! - firstToken;
    const position = row % T;
    for (let offset = -window; offset <= window; offset++) {
      if (position + offset < 0 || position + offset >= T) continue;
      const at = example * (2 * window + 1) + window + offset;
      chosen.activations[at] = activationAt(codes, row + offset, order.features[example]!);
    }
  }
}

/** The examples of a feature are those from the first to before the second. */
export function rangeOfFeature(chosen: ChosenExamples, feature: number): readonly [first: number, end: number] {
  return [chosen.starts[feature * GROUPS]!, chosen.starts[(feature + 1) * GROUPS]!];
}

/** A feature's groups as its record holds them, without empty ones; `effectAt` knows what ablating it does to a token, unless effects are left out. */
export function listGroups(
  text: SearchedText,
  chosen: ChosenExamples,
  feature: number,
  effectAt: ((token: number) => number) | null,
): ExampleGroup[] {
  const groups: ExampleGroup[] = [];
  for (let group = 0; group < GROUPS; group++) {
    const start = chosen.starts[feature * GROUPS + group]!;
    const end = chosen.starts[feature * GROUPS + group + 1]!;
    if (start === end) continue;
    const examples = Array.from({ length: end - start }, (_, i) => createExample(text, chosen, start + i, effectAt));
    groups.push(nameGroup(group, examples, text.window));
  }
  return groups;
}

function nameGroup(group: number, examples: readonly Example[], window: number): ExampleGroup {
  if (group === 0) return { kind: "top", examples };
  if (group <= INTERVALS) {
    return { kind: "interval", interval: INTERVALS - group, examples: sortByStrength(examples, window) };
  }
  return { kind: (["bottom", "random", "near-miss"] as const)[group - INTERVALS - 1]!, examples };
}

function chooseGroup(
  text: SearchedText,
  firings: Firings,
  candidates: Candidates,
  feature: number,
  group: number,
): Iterable<readonly [token: number, repeats: number]> {
  if (group === 0) return mergeRepeats(text, firings.top(feature), TOP_EXAMPLES);
  if (group <= INTERVALS) {
    return mergeRepeats(text, candidates.interval(feature, INTERVALS - group), INTERVAL_EXAMPLES);
  }
  if (group === INTERVALS + 1) return mergeRepeats(text, candidates.silent(feature), BOTTOM_EXAMPLES);
  if (group === INTERVALS + 3) return mergeRepeats(text, candidates.nearMisses(feature), NEAR_MISSES);
  const { tokens } = firings.random(feature);
  return Array.from(tokens.subarray(0, RANDOM_EXAMPLES), (token) => [token, 1] as const);
}

function createExample(
  text: SearchedText,
  chosen: ChosenExamples,
  example: number,
  effectAt: ((token: number) => number) | null,
): Example {
  const token = chosen.tokens[example]!;
  const length = 2 * text.window + 1;
  const tokens = readWindow(text, token);
  return {
    ...locateToken(text, token),
    repeats: chosen.repeats[example]!,
    tokens,
    activations: [...chosen.activations.subarray(example * length, (example + 1) * length)],
    effects: effectAt && tokens.map((id, place) => (id < 0 ? 0 : effectAt(token + place - text.window))),
  };
}

function sortByStrength(examples: readonly Example[], window: number): Example[] {
  return [...examples].sort((a, b) => b.activations[window]! - a.activations[window]!);
}

function grow<A extends Uint32Array | Uint16Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
