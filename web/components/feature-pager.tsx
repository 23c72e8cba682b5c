import { useEffect } from "preact/hooks";
import { isTyping } from "../data/is-typing.ts";
import { navigate } from "../location-state.ts";
import { SEARCH_ID } from "./feature-controls.tsx";

/** The neighbours of a feature in the table's order; without an address where there is none. */
export interface FeaturePagerProps {
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly table: string;
  readonly place: string;
}

/** To the previous and the next feature, by link and by key. */
export function FeaturePager({ previous, next, table, place }: FeaturePagerProps) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      if (event.key === "ArrowLeft" && previous !== undefined) navigate(previous);
      if (event.key === "ArrowRight" && next !== undefined) navigate(next);
      if (event.key !== "/") return;
      event.preventDefault();
      navigate(table);
      requestAnimationFrame(() => document.getElementById(SEARCH_ID)?.focus());
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [previous, next, table]);
  return (
    <nav class="pager" aria-label="Neighbouring features">
      <PagerLink address={previous} name="Previous feature" sign="←" />
      <span class="pager-place">{place}</span>
      <PagerLink address={next} name="Next feature" sign="→" />
    </nav>
  );
}

function PagerLink({
  address,
  name,
  sign,
}: {
  readonly address: string | undefined;
  readonly name: string;
  readonly sign: string;
}) {
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
