import { ULTRALOW_DENSITY } from "../../src/metrics/feature-density.ts";

/** How often a feature fires, in words. */
export type FeatureState = "dead" | "ultralow" | "ordinary" | "dense";

/** A feature that fires on a larger share of tokens than this is dense. */
export const DENSE_DENSITY = 1e-2;

/** The state of a feature that fired so many times on so many tokens. */
export function classifyFeature(firings: number, tokens: number): FeatureState {
  if (firings === 0) return "dead";
  const density = firings / tokens;
  if (density < ULTRALOW_DENSITY) return "ultralow";
  return density > DENSE_DENSITY ? "dense" : "ordinary";
}
