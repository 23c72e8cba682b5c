import { useTitle } from "../data/use-title.ts";

/** The model's text with features held, added or taken away. */
export function SteerPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Steer the model · ${dictionary}`);
  return (
    <div class="page-head">
      <h1>Steer the model</h1>
      <p class="lead">What the model writes when features are held at a value, added or taken away.</p>
    </div>
  );
}
