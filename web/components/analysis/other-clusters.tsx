import type { ComponentChildren } from "preact";
import type { OtherCluster } from "../../../src/analysis/ultralow.ts";
import { formatCount, formatPercent, formatSigned } from "../../text/format-number.ts";
import { CopyLine } from "../copy-line.tsx";
import { ScrollRegion } from "../scroll-region.tsx";
import { MedianFigure } from "./median-figure.tsx";

/** Whether other dictionaries of the same site have a cluster, and the same direction. */
export function OtherClusters(props: {
  readonly others: readonly OtherCluster[];
  /** The run's address and the dictionary's name. */
  readonly run: string;
  readonly name: string;
  readonly width: number;
  readonly hasCluster: boolean;
  /** Where another dictionary of the run is, if it can be looked at here. */
  readonly address: (name: string) => string | undefined;
}) {
  const { others, run, name, width, hasCluster } = props;
  return (
    <>
      {others.length === 0 ? (
        <p class="pending">The run has no other dictionary of this site that was judged.</p>
      ) : (
        <OtherTable {...props} />
      )}
      <p class="note">
        Two random directions of {width} have a cosine of about ±{(1 / Math.sqrt(width)).toFixed(2)}.
        {hasCluster && " Trained without this direction, does a cluster form on another?"}
      </p>
      {hasCluster && (
        <CopyLine what="Command" text={`monosem analyse ultralow --run ${run} --dictionary ${name} --orthogonal`} />
      )}
    </>
  );
}

function OtherTable({ others, address, name }: Parameters<typeof OtherClusters>[0]) {
  return (
    <ScrollRegion label="Other dictionaries">
      <table class="figures match-table">
        <caption class="visually-hidden">Clusters of other dictionaries</caption>
        <thead>
          <tr>
            <th scope="col">dictionary</th>
            <th scope="col">its rare features</th>
            <th scope="col">cosine of directions</th>
            <th scope="col">its rows with this direction</th>
            <th scope="col">its rows with their mean</th>
            <th scope="col">above .95</th>
          </tr>
        </thead>
        <tbody>
          {others.map((other) => (
            <tr key={other.dictionary}>
              <th scope="row">
                {renderName(other.dictionary, address(other.dictionary))}
                {other.removedDirectionOf !== null &&
                  ` (trained without the direction of ${other.removedDirectionOf === name ? "this one" : other.removedDirectionOf})`}
              </th>
              <td>
                {formatCount(other.members)} of {formatCount(other.features)}
                {other.chosenBy === "density" && " below 1e-4, no cluster"}
              </td>
              <td>{other.cosine === null ? "" : formatSigned(other.cosine, 2)}</td>
              <td>
                <MedianFigure of={other.toDirection} format={(value) => formatSigned(value, 2)} />
              </td>
              <td>
                <MedianFigure of={other.encoder.toMean} format={(value) => formatSigned(value, 2)} />
              </td>
              <td>{formatPercent(other.encoder.along)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function renderName(name: string, address: string | undefined): ComponentChildren {
  return address === undefined ? name : <a href={address}>{name}</a>;
}
