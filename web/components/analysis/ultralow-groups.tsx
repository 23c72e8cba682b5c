import type { GroupShape } from "../../../src/analysis/ultralow.ts";
import type { Ultralow } from "../../../src/analysis/ultralow-result.ts";
import { formatCount, formatDensity, formatPercent, formatSigned } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";
import { showMedian } from "./show-median.ts";
import { nameMembers } from "./ultralow-space.tsx";

type Row = readonly [name: string, of: (group: GroupShape) => string];

const two = (value: number) => formatSigned(value, 2);

const ROWS: readonly Row[] = [
  ["features", ({ features }) => formatCount(features)],
  ["of these, that never fired", ({ dead }) => formatCount(dead)],
  ["density", ({ logDensity }) => showMedian(logDensity, (value) => formatDensity(10 ** value))],
  ["encoder bias", ({ encoderBias }) => showMedian(encoderBias, (value) => formatSigned(value, 3))],
  ["encoder · decoder row", ({ product }) => showMedian(product, two)],
  ["cosine of encoder and decoder row", ({ alignment }) => showMedian(alignment, two)],
  ["encoder rows: cosine with their mean", ({ encoder }) => showMedian(encoder.toMean, two)],
  ["encoder rows: above .95", ({ encoder }) => formatPercent(encoder.along)],
  ["encoder rows: mean cosine of a pair", ({ encoder }) => (encoder.pairwise === null ? "" : two(encoder.pairwise))],
  ["decoder rows: cosine with their mean", ({ decoder }) => showMedian(decoder.toMean, two)],
  ["decoder rows: mean cosine of a pair", ({ decoder }) => (decoder.pairwise === null ? "" : two(decoder.pairwise))],
];

/** The rare features and the others in figures. */
export function UltralowGroups({ found }: { readonly found: Ultralow }) {
  return (
    <ScrollRegion label="Both groups in figures">
      <table class="figures basis-summary">
        <caption class="visually-hidden">The rare features beside the others, medians with 95 % intervals</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Figure</span>
            </th>
            <th scope="col">{nameMembers(found)}</th>
            <th scope="col">others</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([name, show]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{show(found.members)}</td>
              <td>{show(found.others)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
