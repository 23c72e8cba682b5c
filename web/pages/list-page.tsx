import { useTitle } from "../data/use-title.ts";

/** One list of features. */
export function ListPage({ run, list }: { readonly run: string; readonly list: number }) {
  useTitle(`List ${list} of ${run}`);
  return (
    <div class="page-head">
      <h1>List {list}</h1>
    </div>
  );
}
