import type { FeaturePackHeader } from "../../src/store/feature-pack.ts";

/** Says so when features come from a dictionary that is still learning. */
export function PackNotice({ pack }: { readonly pack: FeaturePackHeader }) {
  if (!pack.partial) return null;
  return (
    <div class="banner" role="status">
      <span>
        <strong>A first look.</strong> These features are from a checkpoint of a dictionary that is still learning,
        searched for in only {pack.tokens.toLocaleString("en-US")} tokens. Load the page again when the run has ended.
      </span>
    </div>
  );
}
