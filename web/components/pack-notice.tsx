import type { FeaturePackHeader } from "../../src/store/feature-pack.ts";
import { route } from "../location-state.ts";
import { isDictionaryRoute } from "../route.ts";
import { VersionNotice } from "./version-notice.tsx";

const LEFT_OUT = {
  effects: "what ablating a feature costs",
  correlations: "which features and neurons fire together",
} as const;

/** What must be known of a dictionary's features: they come from one that is still learning, or another one was meant. */
export function PackNotice({ pack }: { readonly pack: FeaturePackHeader }) {
  const page = route.value;
  return (
    <>
      {isDictionaryRoute(page) && <VersionNotice pack={pack} version={page.version} />}
      {pack.partial && <PartialNotice pack={pack} />}
    </>
  );
}

function PartialNotice({ pack }: { readonly pack: FeaturePackHeader }) {
  return (
    <div class="banner" role="status">
      <span>
        <strong>A first look.</strong> These features are from a checkpoint of a dictionary that is still learning,
        searched for in only {pack.tokens.toLocaleString("en-US")} tokens.
        {pack.leftOut.length > 0 && ` Not computed yet: ${pack.leftOut.map((part) => LEFT_OUT[part]).join(" and ")}.`}{" "}
        Load the page again when the run has ended.
      </span>
    </div>
  );
}
