import { scaleLinear } from "d3-scale";
import type { AblationEffect, FeatureRecord } from "../../../src/features/feature-record.ts";
import { useWidth } from "../../charts/use-width.ts";
import { formatNats } from "../../text/effect-level.ts";
import { formatCount, formatDensity } from "../../text/format-number.ts";
import { Panel, type PanelFrame } from "../panel.tsx";

const HEIGHT = 46;
const MIDDLE = 16;

/** What the model loses without a feature: where it fires, and over all text. */
export function EffectPanel(props: {
  readonly record: FeatureRecord;
  readonly ablation: AblationEffect;
  readonly tokens: number;
  readonly kind: "direct" | "rerun";
  readonly frame: PanelFrame;
}) {
  const { ablation, record, tokens } = props;
  const density = record.firings / tokens;
  const total = { mean: ablation.mean * density, low: ablation.low * density, high: ablation.high * density };
  return (
    <Panel
      name="effect"
      frame={props.frame}
      data={() => ({
        table: {
          columns: ["over", "mean_nats", "low_nats", "high_nats"],
          rows: [
            ["firings", ablation.mean, ablation.low, ablation.high],
            ["all tokens", total.mean, total.low, total.high],
          ],
        },
        json: { perFiring: ablation, density, perToken: total, kind: props.kind },
      })}
    >
      <p>
        Without it, the next token after one it fires on is predicted{" "}
        <b>{`${formatNats(ablation.mean).slice(1)} ${ablation.mean >= 0 ? "worse" : "better"}`}</b> on average
        {ablation.low < 0 && ablation.high > 0 ? ", which may be chance: the interval holds 0" : ""}.
      </p>
      <IntervalPlot effect={ablation} />
      <p class="note">
        {describeInterval(ablation, total)}{" "}
        {props.kind === "direct"
          ? "Computed exactly: only the final layer norm and the unembedding follow this site."
          : "Computed by running the model on from this site."}
      </p>
    </Panel>
  );
}

/** A mean with its interval beside the line of no effect. */
function IntervalPlot({ effect }: { readonly effect: AblationEffect }) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const { mean } = effect;
  const low = Number.isFinite(effect.low) ? effect.low : mean;
  const high = Number.isFinite(effect.high) ? effect.high : mean;
  const x = scaleLinear([Math.min(0, low), Math.max(0, high, low + 1e-6)], [10, Math.max(20, width - 40)]).nice(4);
  return (
    <div class="chart">
      <div ref={ref} class="chart-body">
        {width > 0 && (
          <svg
            role="img"
            width={width}
            height={HEIGHT}
            aria-label={`mean ${formatNats(mean)}, interval ${formatNats(low)} to ${formatNats(high)}`}
          >
            <line class="axis-line" x1={x(0)} x2={x(0)} y1="2" y2="30" />
            <line class="interval-line" x1={x(low)} x2={x(high)} y1={MIDDLE} y2={MIDDLE} />
            <circle class="interval-dot" cx={x(mean)} cy={MIDDLE} r="4.5" />
            {x.ticks(Math.max(2, Math.floor(width / 110))).map((value) => (
              <text key={value} x={x(value)} y={HEIGHT - 3} text-anchor="middle">
                {x.tickFormat(3)(value)}
              </text>
            ))}
          </svg>
        )}
      </div>
    </div>
  );
}

/** A single firing has no interval. */
function describeInterval(ablation: AblationEffect, total: { mean: number; low: number; high: number }): string {
  const times = `Times its density, ${formatTotal(total.mean)} nats per token of all text`;
  if (!Number.isFinite(ablation.low)) return `From one firing, which gives no interval. ${times}.`;
  return (
    `95 % interval ${formatNats(ablation.low)} to ${formatNats(ablation.high)}, over ` +
    `${formatCount(ablation.firings)} random firings. ${times} (${formatTotal(total.low)} to ${formatTotal(total.high)}).`
  );
}

function formatTotal(value: number): string {
  return value < 0 ? `−${formatDensity(-value)}` : formatDensity(value);
}
