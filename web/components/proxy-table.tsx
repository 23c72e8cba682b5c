import type { ProxyFinding, SingleMatch, Specificity, UnionMatch } from "../../src/analysis/specificity.ts";
import type { Interval } from "../../src/metrics/jackknife.ts";
import { formatCount } from "../text/format-number.ts";
import { ScrollRegion } from "./scroll-region.tsx";

const COLUMNS = [
  "proxy",
  "tokens",
  "best feature",
  "F1",
  "Pearson",
  "union of up to five, F1",
  "Pearson",
  "best neuron",
  "F1",
  "Pearson",
];

/** The feature, the union and the neuron that stand for each proxy best, and how well, with 95 % intervals. */
export function ProxyTable(props: {
  readonly dictionary: string;
  readonly specificity: Specificity;
  readonly findings: readonly ProxyFinding[];
  readonly neuronAddress: ((neuron: number) => string) | undefined;
}) {
  const { tokens, thresholds } = props.specificity;
  return (
    <>
      <ScrollRegion label="Features of scripts and kinds of text">
        <table class="figures proxy-table">
          <thead>
            <tr>
              {COLUMNS.map((title, column) => (
                <th scope="col" key={column}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {props.findings.map((finding) => (
              <tr key={finding.proxy}>
                <th scope="row" title={finding.rule}>
                  <a href={`/d/${props.dictionary}/specificity?proxy=${finding.proxy}`}>{finding.title}</a>
                </th>
                <td>{formatCount(finding.positives.selection + finding.positives.judgement)}</td>
                <ProxyCells {...props} finding={finding} />
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p class="note">
        Chosen on one half of the text, judged token by token on the other ({formatCount(tokens.judgement)} tokens),
        with 95 % intervals. A feature counts as firing above zero, a neuron above the best of {thresholds.count}{" "}
        thresholds.
      </p>
    </>
  );
}

function ProxyCells(props: {
  readonly dictionary: string;
  readonly finding: ProxyFinding;
  readonly neuronAddress: ((neuron: number) => string) | undefined;
}) {
  const { finding, dictionary, neuronAddress } = props;
  if (finding.kind === "absent")
    return (
      <td class="soft" colSpan={COLUMNS.length - 2}>
        not in this text, or in one half of it alone
      </td>
    );
  const { byF1: best } = finding.feature;
  const neuron = finding.neuron.byF1WithThreshold;
  return (
    <>
      <td>
        {best === null ? "none" : <a href={`/d/${dictionary}/f/${best.index}?proxy=${finding.proxy}`}>{best.index}</a>}
      </td>
      <Scores match={best} />
      <Scores match={finding.union} />
      <td>
        {neuron === null ? (
          "none"
        ) : neuronAddress === undefined ? (
          neuron.index
        ) : (
          <a href={neuronAddress(neuron.index)}>{neuron.index}</a>
        )}
      </td>
      <Scores match={neuron} />
    </>
  );
}

function Scores({ match }: { readonly match: SingleMatch | UnionMatch | null }) {
  if (match === null) return <td colSpan={2}>none</td>;
  const { f1, pearson, intervals } = match;
  return (
    <>
      <td title={renderInterval(intervals.f1)}>
        {f1.toFixed(3)} <span class="soft">{renderInterval(intervals.f1)}</span>
        {"features" in match && <span class="soft"> by {match.features.length}</span>}
      </td>
      <td>
        {pearson.toFixed(3)} <span class="soft">{renderInterval(intervals.pearson)}</span>
      </td>
    </>
  );
}

function renderInterval([low, high]: Interval): string {
  return `${low.toFixed(2)}–${high.toFixed(2)}`;
}
