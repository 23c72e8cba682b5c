import type { ComponentChildren } from "preact";
import type { BasisSummary, NeuronBasis } from "../../../src/analysis/neuron-basis.ts";
import { formatCount, formatPercent, formatSigned } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";
import { MedianFigure } from "./median-figure.tsx";

/** Of Nanda's dictionary of 16,384 features on 2,048 neurons, without its ultralow ones. */
const NANDA = { "1-sparse": 0.039, "10-sparse": 0.04, dense: 0.921, nullShare: 0.75 };

type Cells = readonly [name: string, of: (summary: BasisSummary) => ComponentChildren, nanda?: string];

const ROWS: readonly Cells[] = [
  ["directions", ({ directions }) => formatCount(directions)],
  ...(["1-sparse", "10-sparse", "dense"] as const).map(
    (kind): Cells => [
      kind,
      ({ kinds, directions }) => (directions > 0 ? formatPercent(kinds[kind] / directions) : ""),
      formatPercent(NANDA[kind]),
    ],
  ),
  ["kurtosis, median", ({ kurtosis }) => <MedianFigure of={kurtosis} format={(value) => formatSigned(value, 2)} />],
  [
    "unread by W_out, median",
    ({ nullShare }) => <MedianFigure of={nullShare} format={formatPercent} />,
    formatPercent(NANDA.nullShare),
  ],
  [
    "logit kurtosis, median",
    ({ logitKurtosis }) => <MedianFigure of={logitKurtosis} format={(value) => formatSigned(value, 2)} />,
  ],
  [
    "large firings on one token, median",
    ({ topTokenShare }) => <MedianFigure of={topTokenShare} format={formatPercent} />,
  ],
];

/** The figures of all features, of those that are neither dead nor ultralow, and of random directions, side by side. */
export function BasisSummaryTable({ basis }: { readonly basis: NeuronBasis }) {
  const columns = [
    ["neither dead nor ultralow", basis.live],
    ["all", basis.all],
    ["random directions", basis.baseline],
  ] as const;
  return (
    <ScrollRegion label="Directions in figures">
      <table class="figures basis-summary">
        <caption class="visually-hidden">Directions of features beside random ones</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Figure</span>
            </th>
            {columns.map(([name]) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
            <th scope="col">Nanda</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([name, show, nanda]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {columns.map(([column, summary]) => (
                <td key={column}>{show(summary)}</td>
              ))}
              <td class="soft">{nanda}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
