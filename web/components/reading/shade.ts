const SHADES = 10;

/** The class of a shade by a share of the largest value: none for 0, ten steps above. */
export function shadeClass(share: number): string {
  return share > 0 ? `shade-${Math.min(SHADES, Math.max(1, Math.ceil(share * SHADES)))}` : "";
}
