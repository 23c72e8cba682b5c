/** The highest level: explanations and predictions speak of whole numbers from 0 to 9 (paper, appendix on automation). */
export const HIGHEST_LEVEL = 9;

/**
 * An activation as a whole number from 0 to 9 by ninths of the feature's maximum, rounded up: 0 means silent and nothing else. The
 * paper does not say how it rounds.
 */
export function quantiseActivation(activation: number, maximum: number): number {
  if (activation <= 0 || maximum <= 0) return 0;
  return Math.min(HIGHEST_LEVEL, Math.ceil((activation / maximum) * HIGHEST_LEVEL));
}
