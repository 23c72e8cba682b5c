import type { Splitting } from "../../../src/analysis/splitting.ts";
import { formatCount } from "../../text/format-number.ts";
import { ChanceCharts } from "./chance-charts.tsx";
import { LevelTable } from "./level-table.tsx";

/** How much is linked from size to size, and how much of that is chance. */
export function LinkSection({ splitting, least }: { readonly splitting: Splitting; readonly least: number }) {
  return (
    <section class="section card" aria-label="Links">
      <h2>Links above {least}</h2>
      <LevelTable splitting={splitting} least={least} />
      <p class="note">
        On {formatCount(splitting.tokens)} held-out tokens; features that are dead, or fire on a smaller share of them
        than {splitting.lowestDensity}, are left out. By chance: the larger dictionary reads text half the held-out text
        away, so that what is linked has nothing to do with one another. 95 % intervals.
      </p>
      <div class="grid">
        <ChanceCharts splitting={splitting} />
      </div>
    </section>
  );
}
