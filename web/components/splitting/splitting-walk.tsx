import { findStrongestParents } from "../../../src/analysis/feature-families.ts";
import type { Splitting } from "../../../src/analysis/splitting.ts";
import { findTopTokens } from "../../data/feature-order.ts";
import { listChildren, listParents, traceWalk } from "../../data/splitting-view.ts";
import type { LevelPages } from "../../data/use-levels.ts";
import { formatCount, formatDensity } from "../../text/format-number.ts";
import { FeatureGlimpse } from "../feature-glimpse.tsx";
import { TokenChip } from "../token-chip.tsx";
import { RelativeList } from "./relative-list.tsx";
import { WalkFigure } from "./walk-figure.tsx";

/** How the features of a graph's levels are named, and where each leads. */
export interface LevelNames {
  readonly pages: readonly LevelPages[];
  readonly label: (level: number, feature: number) => string;
  readonly address: (level: number, feature: number) => string | undefined;
}

const WIDEST_LEVEL = 10;
const EXAMPLES = 3;

/** One feature with its parents and children: the drawing of the ways through it, and what each fires on. */
export function SplittingWalk(
  props: LevelNames & {
    readonly splitting: Splitting;
    readonly level: number;
    readonly feature: number;
    readonly least: number;
  },
) {
  const { splitting, level, feature, least, pages } = props;
  const { levels, links } = splitting;
  const children = listChildren(splitting, level, feature, least);
  const parents = listParents(splitting, level, feature, least);
  const closest = level < links.length ? findStrongestParents(links[level]!.edges) : new Map<number, number>();
  const [strongest] = level === 0 ? [] : parents;
  const size = (of: number) => formatCount(levels[of]!.features);
  return (
    <>
      <section class="section card" aria-label="The feature">
        <Chosen {...props} />
        <WalkFigure
          walk={traceWalk(splitting, level, feature, least, WIDEST_LEVEL)}
          sizes={levels.map(({ features }) => features)}
          chosen={{ level, feature }}
          label={props.label}
          address={props.address}
        />
      </section>
      <div class="section columns">
        {level > 0 && (
          <RelativeList
            title={`Part of, among ${size(level - 1)} features`}
            relatives={parents}
            count={links[level - 1]!.parentCounts[feature]!}
            least={least}
            threshold={splitting.threshold}
            none={`No parent above ${least}.`}
            data={pages[level - 1]?.data}
            closest={new Set(strongest === undefined ? [] : [strongest.feature])}
            address={(other) => props.address(level - 1, other)}
          />
        )}
        {level < links.length && (
          <RelativeList
            title={`Splits into, among ${size(level + 1)} features`}
            relatives={children}
            count={links[level]!.childCounts[feature]!}
            least={least}
            threshold={splitting.threshold}
            none={`No child above ${least}.`}
            data={pages[level + 1]?.data}
            closest={new Set(children.map((child) => child.feature).filter((child) => closest.get(child) === feature))}
            address={(other) => props.address(level + 1, other)}
          />
        )}
      </div>
    </>
  );
}

function Chosen({ pages, level, feature }: LevelNames & { readonly level: number; readonly feature: number }) {
  const { id, data } = pages[level]!;
  return (
    <div class="chosen-feature">
      <h2>
        <a href={`/d/${id}/f/${feature}`}>Feature {feature}</a>
      </h2>
      {data !== undefined && (
        <>
          <p>
            {findTopTokens(data.table, feature).map((token) => (
              <TokenChip text={data.names.text(token)} key={token} />
            ))}{" "}
            <span class="soft">density {formatDensity(data.table.firings[feature]! / data.pack.tokens)}</span>
          </p>
          <FeatureGlimpse data={data} feature={feature} count={EXAMPLES} />
        </>
      )}
    </div>
  );
}
