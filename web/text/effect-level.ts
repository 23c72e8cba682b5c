/** Effects below the first are not drawn; the others part thin from thick lines. In nats. */
export const EFFECT_LEVELS = [0.02, 0.1, 0.5] as const;

/** How an effect on the loss of a prediction is drawn: nothing, or whether it helped and how thick the line is. */
export function nameEffect(effect: number): string {
  const level = EFFECT_LEVELS.filter((least) => Math.abs(effect) >= least).length;
  if (level === 0) return "";
  return `${effect > 0 ? "helped" : "hurt"}-${level}`;
}

/** An effect with its sign and unit: +0.123 nats. */
export function formatNats(effect: number): string {
  const digits = Math.abs(effect) < 0.0995 ? 4 : 3;
  return `${effect < 0 ? "−" : "+"}${Math.abs(effect).toFixed(digits)} nats`;
}
