import { studentQuantile } from "../numerics/student-t.ts";
import type { AblationEffect } from "./feature-record.ts";

/** The mean of effects of single firings with the 95 % interval of Student's t; NaN for its ends where there is one firing. */
export function averageEffects(effects: ArrayLike<number>): AblationEffect | null {
  const firings = effects.length;
  if (firings === 0) return null;
  let mean = 0;
  for (let i = 0; i < firings; i++) mean += effects[i]! / firings;
  let squares = 0;
  for (let i = 0; i < firings; i++) squares += (effects[i]! - mean) ** 2;
  if (firings === 1) return { firings, mean, low: Number.NaN, high: Number.NaN };
  const half = studentQuantile(firings - 1) * Math.sqrt(squares / (firings - 1) / firings);
  return { firings, mean, low: mean - half, high: mean + half };
}
