/** A weight among others as a bar, from nothing to the largest. */
export function WeightBar({ share }: { readonly share: number }) {
  return <span class="weight-bar" aria-hidden="true" style={{ backgroundSize: `${100 * share}% 100%` }} />;
}
