import { useState } from "preact/hooks";
import type { FeatureRecord, LogitWeights, TokenWeight } from "../../../src/features/feature-record.ts";
import { Histogram } from "../../charts/histogram.tsx";
import { tabulateLogits } from "../../data/feature-tables.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { formatSigned } from "../../text/format-number.ts";
import { Panel, type PanelFrame } from "../panel.tsx";
import { TokenChip } from "../token-chip.tsx";
import { WeightBar } from "../weight-bar.tsx";

/** What a feature makes more and less likely as the next token. */
export function LogitPanel(props: {
  readonly record: FeatureRecord;
  readonly logits: LogitWeights;
  readonly names: TokenNames;
  readonly frame: PanelFrame;
}) {
  const { record, logits, names } = props;
  const [pointed, setPointed] = useState<{ readonly record: FeatureRecord; readonly weight: number }>();
  const scale = Math.max(Math.abs(logits.minimum), Math.abs(logits.maximum));
  const onPoint = (weight: number | undefined) => setPointed(weight === undefined ? undefined : { record, weight });
  const list = { names, scale, onPoint };
  return (
    <Panel
      name="logits"
      frame={props.frame}
      data={() => ({
        table: tabulateLogits(record, names),
        json: { ...logits, histogram: [...logits.histogram] },
      })}
    >
      <div class="logit-lists">
        <LogitList title="Raised most" weights={logits.positive} {...list} />
        <LogitList title="Lowered most" weights={logits.negative} {...list} />
      </div>
      <Histogram
        title="All tokens"
        xLabel="logit weight"
        unit="tokens"
        counts={logits.histogram}
        start={logits.minimum}
        end={logits.maximum}
        yScale="sqrt"
        height={130}
        format={(value) => formatSigned(value, 2)}
        mark={pointed?.record === record ? pointed.weight : undefined}
      />
      <p class="note">
        Direct path to the logits at a constant layer-norm scale, the median token at 0; heights on a square-root scale.
      </p>
    </Panel>
  );
}

function LogitList(props: {
  readonly title: string;
  readonly weights: readonly TokenWeight[];
  readonly names: TokenNames;
  readonly scale: number;
  readonly onPoint: (weight: number | undefined) => void;
}) {
  return (
    <table class="logit-list" onMouseLeave={() => props.onPoint(undefined)}>
      <caption>{props.title}</caption>
      <tbody>
        {props.weights.map(({ token, weight }) => (
          <tr onMouseEnter={() => props.onPoint(weight)}>
            <th scope="row">
              <TokenChip text={props.names.text(token)} />
            </th>
            <td>
              <WeightBar share={Math.abs(weight) / props.scale} />
            </td>
            <td class="weight">{formatSigned(weight, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
