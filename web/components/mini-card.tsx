import { readAnnotations } from "../data/annotations.ts";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { findTopTokens } from "../data/feature-order.ts";
import { classifyFeature } from "../data/feature-state.ts";
import { formatDensity, formatLevel } from "../text/format-number.ts";
import { FeatureGlimpse } from "./feature-glimpse.tsx";
import { SafeText } from "./safe-text.tsx";
import { StateBadge } from "./state-badge.tsx";
import { TokenChip } from "./token-chip.tsx";

const WIDTH = 340;
const HEIGHT = 220;
const GAP = 6;
const SHOWN_EXAMPLES = 4;

/** A feature in short: how often it fires, on what, and its strongest examples. */
export function MiniCard(props: {
  readonly data: DictionaryData;
  readonly feature: number;
  /** What it belongs to on the screen. */
  readonly anchor: DOMRect;
}) {
  const { data, feature, anchor } = props;
  const { table, pack, names } = data;
  const firings = table.firings[feature] ?? 0;
  const label = readAnnotations(data.summary.id).value.byFeature.get(feature)?.label ?? "";
  return (
    <div class="mini-card" role="tooltip" style={placeBeside(anchor)}>
      <p class="mini-head">
        <b>Feature {feature}</b> {label !== "" && <SafeText text={label} />}
        <StateBadge state={classifyFeature(firings, pack.tokens)} />
      </p>
      <p class="note">
        density {formatDensity(firings / pack.tokens)}, at most {formatLevel(table.maximum[feature] ?? 0)}
      </p>
      <p>
        {findTopTokens(table, feature).map((id) => (
          <TokenChip text={names.text(id)} key={id} />
        ))}
      </p>
      <FeatureGlimpse data={data} feature={feature} count={SHOWN_EXAMPLES} />
    </div>
  );
}

/** Below what it belongs to, or above where there is no room below. */
function placeBeside(anchor: DOMRect): Readonly<Record<string, string>> {
  const left = Math.max(GAP, Math.min(anchor.left, innerWidth - WIDTH - GAP));
  const below = anchor.bottom + GAP + HEIGHT <= innerHeight;
  const vertical = below
    ? { top: `${anchor.bottom + GAP}px` }
    : { bottom: `${document.documentElement.clientHeight - anchor.top + GAP}px` };
  return { left: `${left}px`, width: `${Math.min(WIDTH, innerWidth - 2 * GAP)}px`, ...vertical };
}
