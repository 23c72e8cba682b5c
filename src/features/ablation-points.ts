import { type ChosenExamples, rangeOfFeature } from "./choose-examples.ts";
import type { Firings } from "./collect-firings.ts";
import type { SearchedText } from "./searched-text.ts";

/**
 * Where the effect of ablating each feature of a block is wanted: of the block's feature i at tokens starts[i] .. starts[i + 1],
 * which ascend.
 */
export interface AblationPoints {
  /** The block's first feature. */
  readonly first: number;
  readonly starts: Uint32Array; // [n + 1]
  readonly tokens: Uint32Array;
  readonly activations: Float32Array;
  /** Change of the loss of predicting the next token, in nats; 0 until it is measured. */
  readonly effects: Float32Array;
}

/** Which tokens of a window are points: those on which the feature is active, or all. */
export type PointChoice = "active" | "all";

/** The points of features `first` .. `first + n`: tokens of their examples' windows and of their random firings. */
export function listAblationPoints(
  text: SearchedText,
  firings: Firings,
  chosen: ChosenExamples,
  choice: PointChoice,
  first: number,
  n: number,
): AblationPoints {
  const starts = new Uint32Array(n + 1);
  const tokens: Uint32Array[] = [];
  const activations: Float32Array[] = [];
  for (let i = 0; i < n; i++) {
    const own = listPoints(text, firings, chosen, choice, first + i);
    tokens.push(own.tokens);
    activations.push(own.activations);
    starts[i + 1] = starts[i]! + own.tokens.length;
  }
  const joined = { tokens: new Uint32Array(starts[n]!), activations: new Float32Array(starts[n]!) };
  tokens.forEach((own, i) => {
    joined.tokens.set(own, starts[i]!);
    joined.activations.set(activations[i]!, starts[i]!);
  });
  return { first, starts, ...joined, effects: new Float32Array(starts[n]!) };
}

/** The effect on a token of ablating a feature of the block; 0 where it was not wanted. */
export function effectAt({ first, starts, tokens, effects }: AblationPoints, feature: number, token: number): number {
  let low = starts[feature - first]!;
  const end = starts[feature - first + 1]!;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tokens[middle]! < token) low = middle + 1;
    else high = middle;
  }
  return low < end && tokens[low] === token ? effects[low]! : 0;
}

/** Points by the context they lie in: those of context c are points[starts[c]] .. points[starts[c + 1]]. */
export interface PointsByContext {
  readonly starts: Uint32Array;
  readonly points: Uint32Array;
  /** The feature of each point, counted from the block's first. */
  readonly features: Uint32Array;
}

/** The order in which a pass over the text meets the points; within a context they go by feature, then by token. */
export function orderPoints({ starts: own, tokens }: AblationPoints, text: SearchedText): PointsByContext {
  const T = text.contextLength;
  const features = new Uint32Array(tokens.length);
  for (let i = 0; i + 1 < own.length; i++) features.fill(i, own[i], own[i + 1]);
  const starts = new Uint32Array(text.contexts.length + 1);
  for (const token of tokens) starts[Math.floor(token / T) + 1]!++;
  for (let context = 0; context < text.contexts.length; context++) starts[context + 1]! += starts[context]!;
  const next = starts.slice();
  const points = new Uint32Array(tokens.length);
  for (let point = 0; point < tokens.length; point++) points[next[Math.floor(tokens[point]! / T)]!++] = point;
  return { starts, points, features };
}

function listPoints(
  text: SearchedText,
  firings: Firings,
  chosen: ChosenExamples,
  choice: PointChoice,
  feature: number,
): { readonly tokens: Uint32Array; readonly activations: Float32Array } {
  const { window, contextLength: T } = text;
  const [first, end] = rangeOfFeature(chosen, feature);
  const activations = new Map<number, number>();
  for (let example = first; example < end; example++) {
    const position = chosen.tokens[example]! % T;
    for (let offset = -window; offset <= window; offset++) {
      if (position + offset < 0 || position + offset >= T) continue;
      const activation = chosen.activations[example * (2 * window + 1) + window + offset]!;
      if (activation > 0 || choice === "all") activations.set(chosen.tokens[example]! + offset, activation);
    }
  }
  const random = firings.random(feature);
  random.tokens.forEach((token, i) => {
    activations.set(token, random.values[i]!);
  });
  const tokens = Uint32Array.from(activations.keys()).sort();
  return { tokens, activations: Float32Array.from(tokens, (token) => activations.get(token)!) };
}
