export function DictionaryPage(_: { readonly dictionary: string }) {
  return <p>soon</p>;
}
