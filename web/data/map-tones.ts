import type { ProxyProfiles } from "../../src/analysis/specificity.ts";
import type { MapPoints, MapQuery } from "./map-points.ts";

/** Classes of colour, as the style sheet has them, from those drawn first to those on top. */
export const TONES = [
  "dim",
  "none",
  "scale-1",
  "scale-2",
  "scale-3",
  "scale-4",
  "scale-5",
  "kind-1",
  "kind-2",
  "kind-3",
  "kind-4",
  "kind-5",
  "kind-6",
  "kind-7",
] as const;

/** One colour of the map. */
export type Tone = (typeof TONES)[number];

/** What a colour stands for. */
export interface LegendEntry {
  readonly tone: Tone;
  readonly text: string;
}

const SCALE = ["scale-1", "scale-2", "scale-3", "scale-4", "scale-5"] as const;
const KINDS = ["kind-1", "kind-2", "kind-3", "kind-4", "kind-5", "kind-6", "kind-7"] as const;
const DENSITIES = [1e-4, 1e-3, 1e-2, 1e-1] as const;
const DENSITY_NAMES = ["below 1 in 10,000 tokens", "to 1 in 1,000", "to 1 in 100", "to 1 in 10", "above"] as const;
/** Scores leave the faintest shade out, which would be lost among the others. */
const SCORE_SCALE = SCALE.slice(1);
const SCORES = [0.2, 0.4, 0.6] as const;
const SCORE_NAMES = ["F1 up to .2", "to .4", "to .6", "above"] as const;

/** The tone of each point by what it is coloured by. */
export function chooseTones(
  points: MapPoints,
  { colour }: MapQuery,
  proxy: ProxyProfiles | undefined,
): (point: number) => Tone {
  switch (colour) {
    case "cluster":
      return (point) => (points.cluster[point]! < 0 ? "none" : KINDS[points.cluster[point]! % KINDS.length]!);
    case "density":
      return (point) => SCALE[rank(points.density[point]!, DENSITIES)]!;
    case "dictionary":
      return (point) => KINDS[points.dictionary[point]! % KINDS.length]!;
    case "proxy": {
      const scores = new Map(proxy?.features.map(({ index, f1 }) => [index, f1]));
      return (point) => {
        const score = points.dictionary[point] === 0 ? scores.get(points.feature[point]!) : undefined;
        return score === undefined ? "dim" : SCORE_SCALE[rank(score, SCORES)]!;
      };
    }
    default:
      return colour satisfies never;
  }
}

/** What the colours stand for. */
export function describeTones({ colour }: MapQuery, dictionaries: readonly string[]): readonly LegendEntry[] {
  switch (colour) {
    case "cluster":
      return [
        ...KINDS.map((tone, i) => ({ tone, text: i === 0 ? "clusters, in turn" : "" })),
        { tone: "none", text: "in none" },
      ];
    case "density":
      return SCALE.map((tone, i) => ({ tone, text: DENSITY_NAMES[i]! }));
    case "dictionary":
      return dictionaries.map((text, i) => ({ tone: KINDS[i % KINDS.length]!, text }));
    case "proxy":
      return [
        ...SCORE_SCALE.map((tone, i) => ({ tone, text: SCORE_NAMES[i]! })),
        { tone: "dim", text: "not near the proxy" },
      ];
    default:
      return colour satisfies never;
  }
}

/** The index of each point's tone; points that are not chosen are dim. */
export function indexTones(
  count: number,
  toneOf: (point: number) => Tone,
  chosen: Uint32Array | undefined,
): Uint8Array {
  const indices = new Map(TONES.map((tone, index) => [tone, index]));
  const tones = new Uint8Array(count);
  if (chosen === undefined) for (let point = 0; point < count; point++) tones[point] = indices.get(toneOf(point))!;
  else for (const point of chosen) tones[point] = indices.get(toneOf(point))!;
  return tones;
}

function rank(value: number, bounds: readonly number[]): number {
  const found = bounds.findIndex((bound) => value < bound);
  return found < 0 ? bounds.length : found;
}
