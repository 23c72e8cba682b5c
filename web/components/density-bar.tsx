const LOWEST_EXPONENT = -6;

/** A density as a bar on a logarithmic scale from one in a million to one. */
export function DensityBar({ density }: { readonly density: number }) {
  const share = density === 0 ? 0 : Math.max(0.03, 1 - Math.log10(density) / LOWEST_EXPONENT);
  return <span class="density-bar" aria-hidden="true" style={{ backgroundSize: `${100 * share}% 100%` }} />;
}
