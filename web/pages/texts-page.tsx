import { useTitle } from "../data/use-title.ts";

/** A fixed set of texts with every active feature on every token. */
export function TextsPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Example texts · ${dictionary}`);
  return (
    <div class="page-head">
      <h1>Example texts</h1>
      <p class="lead">Texts of many kinds with every active feature on every token.</p>
    </div>
  );
}
