import type { FeaturePackHeader } from "../../src/store/feature-pack.ts";
import { formatCount } from "../text/format-number.ts";
import { MetricTable } from "./metric-table.tsx";

/** From what, and with what, a dictionary's feature pages were computed. */
export function PackTable({ pack }: { readonly pack: FeaturePackHeader }) {
  return (
    <MetricTable
      caption="How the features were computed"
      rows={[
        { name: "held-out tokens searched", value: formatCount(pack.tokens) },
        { name: "contexts", value: formatCount(pack.contexts) },
        { name: "site in the model", value: pack.site },
        { name: "constant layer-norm scale", value: pack.layerNormScale?.toFixed(4) ?? "no direct path to the logits" },
        { name: "seed", value: String(pack.seed) },
        { name: "version of monosem", value: pack.toolVersion },
        { name: "dictionary (SHA-256)", value: pack.dictionarySha256.slice(0, 16) },
        { name: "text (SHA-256)", value: pack.tokensSha256.slice(0, 16) },
      ]}
    />
  );
}
