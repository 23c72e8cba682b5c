/** Learning rate with linear warm-up from 0, then cosine decay from `peak` to `floor` at the last step. Steps count from 0. */
export function warmupCosine(step: number, steps: number, warmupSteps: number, peak: number, floor: number): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  return floor + 0.5 * (peak - floor) * (1 + Math.cos(Math.PI * progress));
}

/** 1 until the last `share` of the run, then linear to 0 at its end (the "cooldown" of the later recipes). */
export function linearDecay(step: number, steps: number, share: number): number {
  const start = steps * (1 - share);
  return step < start ? 1 : Math.max(0, (steps - step) / Math.max(1, steps - start));
}

/** Linear rise from 0 to 1 over the first `share` of the run. */
export function linearWarmup(step: number, steps: number, share: number): number {
  const end = steps * share;
  return end <= 0 ? 1 : Math.min(1, (step + 1) / end);
}

/** 1 until the last `share` of the run, then half a cosine to 0 at its end. */
export function cosineDecay(step: number, steps: number, share: number): number {
  return 0.5 * (1 - Math.cos(Math.PI * linearDecay(step, steps, share)));
}
