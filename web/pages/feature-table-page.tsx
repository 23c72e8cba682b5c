export function FeatureTablePage(_: { readonly dictionary: string }) {
  return <p>soon</p>;
}
