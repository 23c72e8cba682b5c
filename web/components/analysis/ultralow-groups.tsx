import type { ComponentChildren } from "preact";
import type { GroupShape } from "../../../src/analysis/ultralow.ts";
import type { Ultralow } from "../../../src/analysis/ultralow-result.ts";
import { formatCount, formatDensity, formatPercent, formatSigned } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";
import { MedianFigure } from "./median-figure.tsx";
import { nameMembers } from "./ultralow-space.tsx";

type Row = readonly [name: string, of: (group: GroupShape) => ComponentChildren];

const two = (value: number) => formatSigned(value, 2);

const ROWS: readonly Row[] = [
  ["features", ({ features }) => formatCount(features)],
  ["of these, that never fired", ({ dead }) => formatCount(dead)],
  ["density", ({ logDensity }) => <MedianFigure of={logDensity} format={(value) => formatDensity(10 ** value)} />],
  ["encoder bias", ({ encoderBias }) => <MedianFigure of={encoderBias} format={(value) => formatSigned(value, 3)} />],
  ["encoder · decoder row", ({ product }) => <MedianFigure of={product} format={two} />],
  ["cosine of encoder and decoder row", ({ alignment }) => <MedianFigure of={alignment} format={two} />],
  ["encoder rows: cosine with their mean", ({ encoder }) => <MedianFigure of={encoder.toMean} format={two} />],
  ["encoder rows: above .95", ({ encoder }) => formatPercent(encoder.along)],
  ["encoder rows: mean cosine of a pair", ({ encoder }) => (encoder.pairwise === null ? "" : two(encoder.pairwise))],
  ["decoder rows: cosine with their mean", ({ decoder }) => <MedianFigure of={decoder.toMean} format={two} />],
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
