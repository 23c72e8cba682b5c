import { useEffect, useState } from "preact/hooks";
import type { DictionaryDetails } from "../../src/server/api.ts";
import { fetchJson } from "../data/fetch-data.ts";
import { TOUR, tourAddress } from "../data/tour.ts";
import { setQuery } from "../location-state.ts";

/** Where the tour is, in a corner of the page it tells about. */
export function TourCard({ dictionary, step }: { readonly dictionary: string; readonly step: number }) {
  const feature = useWorthwhileFeature(dictionary);
  const { title, text } = TOUR[step]!;
  return (
    <aside class="tour-card" aria-label="Tour">
      <p class="note">
        Tour, {step + 1} of {TOUR.length}
      </p>
      <h2>{title}</h2>
      <p>{text}</p>
      <p class="tour-steps">
        {step > 0 && (
          <a class="button" href={tourAddress(step - 1, dictionary, feature)}>
            Back
          </a>
        )}
        {step < TOUR.length - 1 && (
          <a class="button primary" href={tourAddress(step + 1, dictionary, feature)}>
            Next
          </a>
        )}
        <button type="button" class="quiet-button" onClick={() => setQuery({ tour: "" })}>
          End the tour
        </button>
      </p>
    </aside>
  );
}

/** A feature with something to see: the first that stands for a script or kind of text. */
function useWorthwhileFeature(dictionary: string): number {
  const [feature, setFeature] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    fetchJson<DictionaryDetails>(`/api/d/${dictionary}`, controller.signal).then(
      ({ specificity }) => {
        const found = specificity?.findings.flatMap((finding) =>
          finding.kind === "absent" || finding.feature.byF1 === null ? [] : [finding.feature.byF1.index],
        );
        if (found?.[0] !== undefined) setFeature(found[0]);
      },
      () => undefined,
    );
    return () => controller.abort();
  }, [dictionary]);
  return feature;
}
