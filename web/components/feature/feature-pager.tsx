import { useKeys } from "../../data/use-keys.ts";
import { navigate } from "../../location-state.ts";

/** The neighbours of a feature in the table's order; without an address where there is none. */
export interface FeaturePagerProps {
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly place: string;
  /** Another feature that fires. */
  readonly random: () => string | undefined;
}

/** To the previous, the next and any other feature, by link and by key. */
export function FeaturePager({ previous, next, place, random }: FeaturePagerProps) {
  const go = (address: string | undefined) => {
    if (address !== undefined) navigate(address);
  };
  useKeys({
    ArrowLeft: () => go(previous),
    ArrowRight: () => go(next),
    k: () => go(previous),
    j: () => go(next),
    r: () => go(random()),
  });
  return (
    <nav class="pager" aria-label="Other features">
      <button type="button" class="quiet-button" onClick={() => go(random())}>
        Random
      </button>
      <PagerLink address={previous} name="Previous feature" sign="←" />
      <span class="pager-place">{place}</span>
      <PagerLink address={next} name="Next feature" sign="→" />
    </nav>
  );
}

function PagerLink(props: { readonly address: string | undefined; readonly name: string; readonly sign: string }) {
  const { address, name, sign } = props;
  return address === undefined ? (
    <span class="quiet-button" aria-hidden="true" aria-disabled="true">
      {sign}
    </span>
  ) : (
    <a class="quiet-button" href={address} aria-label={name}>
      {sign}
    </a>
  );
}
