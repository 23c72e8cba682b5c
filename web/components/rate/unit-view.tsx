import { useEffect, useRef } from "preact/hooks";
import type { RatingInterval, RatingView } from "../../../src/interpret/rating-units.ts";
import { nameInterval } from "../../../src/interpret/rubric.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { MiniExample } from "../reading/mini-example.tsx";
import { TokenChip } from "../token-chip.tsx";

/** What a rater sees of a unit: the tokens it makes likelier, and its examples by how strongly it is active. */
export function UnitView(props: {
  readonly view: RatingView;
  readonly names: TokenNames;
  /** The interval that is asked about now. */
  readonly current: number | undefined;
}) {
  const { view, names, current } = props;
  return (
    <div class="rating-view">
      <section class="card" aria-labelledby="raised">
        <h2 id="raised">Makes likelier</h2>
        <ul class="raised">
          {view.raised.map(({ token, percent }) => (
            <li key={token}>
              <TokenChip text={names.text(token)} />
              <span class="raised-bar" style={{ "--share": `${percent}%` }} aria-hidden="true" />
              <span class="note">{percent} %</span>
            </li>
          ))}
        </ul>
        <p class="note">In percent of the token that it raises most.</p>
      </section>
      {view.intervals.map((interval) => (
        <Interval key={interval.interval} interval={interval} names={names} isCurrent={interval.interval === current} />
      ))}
    </div>
  );
}

function Interval(props: {
  readonly interval: RatingInterval;
  readonly names: TokenNames;
  readonly isCurrent: boolean;
}) {
  const { interval, names, isCurrent } = props;
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isCurrent) ref.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  return (
    <section
      ref={ref}
      class={isCurrent ? "card rating-interval current" : "card rating-interval"}
      aria-label={`Activation ${nameInterval(interval.interval)} of its largest`}
    >
      <h2>
        {nameInterval(interval.interval)}
        {isCurrent && <span class="note"> asked about now</span>}
      </h2>
      <ol class="mini-examples">
        {interval.examples.map(({ tokens, percents }) => (
          <MiniExample
            example={{ tokens, activations: percents.map((percent) => percent / 100) }}
            maximum={1}
            names={names}
          />
        ))}
      </ol>
    </section>
  );
}
