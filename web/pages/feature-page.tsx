export function FeaturePage(_: { readonly dictionary: string; readonly feature: number }) {
  return <p>soon</p>;
}
