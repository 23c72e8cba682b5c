import type { MedianEstimate } from "../../src/numerics/median-interval.ts";
import type { ServedInterpretation } from "../../src/server/api.ts";
import { formatSigned } from "../text/format-number.ts";
import { ScrollRegion } from "./scroll-region.tsx";

const COLUMNS = ["rank correlation", "single-token", "others", "logit test", "detection", "fuzzing"];

/** What each method's explanations scored on a dictionary, its neurons and runs of shuffled weights. */
export function InterpretationTable(props: {
  readonly dictionary: string;
  readonly interpretations: readonly ServedInterpretation[];
}) {
  const methods = Map.groupBy(props.interpretations, ({ method }) => method);
  return (
    <div class="card">
      <h2>Explanations</h2>
      {[...methods].map(([method, list]) => (
        <ScrollRegion label={`Median scores of explanations by ${method}`} key={method}>
          <table class="figures interpretations">
            <caption>{method}</caption>
            <thead>
              <tr>
                <th scope="col">of</th>
                {COLUMNS.map((column) => (
                  <th scope="col" key={column}>
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {list.map((one) => (
                <Row key={`${one.id} ${one.seed}`} interpretation={one} isOwn={one.id === props.dictionary} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ))}
      <p class="note">
        Medians over features with 95 % intervals. Rank correlation of predicted and true activations on text an
        explanation was not found from, a constant prediction being 0; apart for features whose strongest examples all
        have one token in the centre. By chance the other three are 0.5; the paper's logit test: features 0.74, neurons
        0.53, shuffled weights 0.50.
      </p>
    </div>
  );
}

function Row({ interpretation, isOwn }: { readonly interpretation: ServedInterpretation; readonly isOwn: boolean }) {
  const { id, control, summary } = interpretation;
  const { all, singleToken, others } = summary;
  const cells = [all.spearman, singleToken.spearman, others.spearman, all.logits, all.detection, all.fuzzing];
  return (
    <tr>
      <th scope="row">
        {isOwn ? "this dictionary" : <a href={`/d/${id}`}>{id}</a>}
        {control && ", shuffled weights"}
        <span class="note"> {summary.features}</span>
      </th>
      {cells.map((median, column) => (
        <td key={COLUMNS[column]}>
          <Median median={median} />
        </td>
      ))}
    </tr>
  );
}

function Median({ median }: { readonly median: MedianEstimate | null }) {
  if (median === null) return <span class="note">none</span>;
  const [low, high] = median.interval;
  return (
    <>
      {formatSigned(median.median, 2)}{" "}
      <span class="note">
        {formatSigned(low, 2)} to {formatSigned(high, 2)}
      </span>
    </>
  );
}
