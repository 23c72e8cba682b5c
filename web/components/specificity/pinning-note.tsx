import type { MeanChange } from "../../../src/analysis/pinned-probability.ts";
import type { PinnedProxy, Pinning } from "../../../src/analysis/specificity.ts";
import { formatCount, formatLevel, formatPercent } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";

/** What holding the best feature of a proxy at its largest activation does to the probability of the proxy's tokens. */
export function PinningNote(props: {
  readonly pinning: Pinning;
  readonly pinned: PinnedProxy;
  readonly title: string;
}) {
  const { pinning, pinned, title } = props;
  return (
    <section class="evidence" aria-labelledby="pinning">
      <h3 id="pinning">What it does when it is pinned</h3>
      <p>
        The probability that the next token is one of the {formatCount(pinned.tokens)} tokens of {title} is{" "}
        {formatPercent(pinned.before)} on average.
      </p>
      <ScrollRegion label="Probability of the proxy's tokens">
        <table class="figures tight">
          <thead>
            <tr>
              <th scope="col">all positions moved along</th>
              <th scope="col">probability</th>
              <th scope="col">change</th>
              <th scope="col">95 %</th>
            </tr>
          </thead>
          <tbody>
            <Row
              name={`feature ${pinned.feature}, held at ${formatLevel(pinned.value)}`}
              pinned={pinned}
              change={pinned.pinned}
            />
            <Row name="a random direction, as far" pinned={pinned} change={pinned.control} />
          </tbody>
        </table>
      </ScrollRegion>
      <p class="note">
        Mean over {formatCount(pinning.positions)} positions of {formatCount(pinning.contexts)} held-out contexts, over
        which the intervals are; the dictionary's error is kept: x + (v − f(x)) d. {formatLevel(pinned.value)} is the
        largest activation seen. A token of the vocabulary belongs to the proxy where more than half of its occurrences
        do.
      </p>
    </section>
  );
}

function Row(props: { readonly name: string; readonly pinned: PinnedProxy; readonly change: MeanChange }) {
  const { change, interval } = props.change;
  const signed = (value: number) => `${value < 0 ? "−" : "+"}${formatPercent(Math.abs(value))}`;
  return (
    <tr>
      <th scope="row">{props.name}</th>
      <td>{formatPercent(props.pinned.before + change)}</td>
      <td>{signed(change)}</td>
      <td>
        {signed(interval[0])} to {signed(interval[1])}
      </td>
    </tr>
  );
}
