import { useTitle } from "../data/use-title.ts";

/** A text of one's own with the features on each of its tokens. */
export function PromptPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Your own text · ${dictionary}`);
  return (
    <div class="page-head">
      <h1>Your own text</h1>
      <p class="lead">The features of a text of your own, token by token.</p>
    </div>
  );
}
