const WIDTH = 56;
const LOWEST_EXPONENT = -6;

/** A density as a bar on a logarithmic scale from one in a million to one. */
export function DensityBar({ density }: { readonly density: number }) {
  const share = density === 0 ? 0 : Math.max(0.03, 1 - Math.log10(density) / LOWEST_EXPONENT);
  return (
    <svg class="density-bar" width={WIDTH} height="6" aria-hidden="true">
      <rect class="track" width={WIDTH} height="6" rx="2" />
      <rect class="bar" width={WIDTH * share} height="6" rx="2" />
    </svg>
  );
}
