import { useEffect, useRef } from "preact/hooks";
import type { RatingView } from "../../src/interpret/rating-units.ts";
import { findNextStep, MOST_POINTS } from "../../src/interpret/rubric.ts";
import type { RatingProgress, Vocabulary } from "../../src/server/api.ts";
import { LoadState } from "../components/load-state.tsx";
import { RatingProgressLine } from "../components/rate/rating-progress-line.tsx";
import { Rubric } from "../components/rate/rubric.tsx";
import { UnitView } from "../components/rate/unit-view.tsx";
import { fetchJson } from "../data/fetch-data.ts";
import { createTokenNames, type TokenNames } from "../data/token-names.ts";
import { useKeys } from "../data/use-keys.ts";
import { type RatingSubject, ratingAddress, useRating } from "../data/use-rating.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { navigate, pageLocation, setQuery } from "../location-state.ts";

const POINTS = [0, 1, 2, 3, 4, 5];

/** One unit after another, blind; the address says who rates and which unit is looked at. */
export function RatingPage({ run, session }: { readonly run: string; readonly session: string }) {
  const rater = (pageLocation.value.query.get("rater") ?? "").trim();
  const resource = useResource(`${run} ${session} ${rater}`, async (signal) => {
    if (rater === "") throw new Error("Who rates? Choose a name on the page before.");
    const address = `${ratingAddress(run, session)}/progress?rater=${encodeURIComponent(rater)}`;
    const [progress, vocabulary] = await Promise.all([
      fetchJson<RatingProgress>(address, signal),
      fetchJson<Vocabulary>(`/api/runs/${run}/vocabulary`, signal),
    ]);
    return { subject: { run, session, rater, progress }, names: createTokenNames(vocabulary) };
  });
  return (
    <>
      <div class="page-head">
        <h1>Rate, blind</h1>
      </div>
      <LoadState resource={resource} what="the session" />
      {resource.value !== undefined && <Rating key={rater} {...resource.value} />}
    </>
  );
}

function Rating({ subject, names }: { readonly subject: RatingSubject; readonly names: TokenNames }) {
  const { run, session, progress } = subject;
  const state = useRating(subject);
  const asked = Number(pageLocation.value.query.get("unit"));
  const isUnit = Number.isInteger(asked) && asked >= 1 && asked <= progress.units;
  const unit = isUnit ? asked : (state.next ?? progress.units);
  useTitle(`Rating, unit ${unit} of ${progress.units}`);
  // The address names the unit, so that a finished one stays until the rater goes on.
  useEffect(() => setQuery({ unit: String(unit) }), [unit]);
  const { resource, view: shown } = useUnit(subject, unit);
  const go = (to: number) => setQuery({ unit: String(Math.min(progress.units, Math.max(1, to))) });
  const undo = () => {
    if (state.undo(unit) || unit === 1) return;
    state.undo(unit - 1);
    go(unit - 1);
  };
  return (
    <>
      <RatingProgressLine subject={subject} state={state} unit={unit} onGo={go} />
      <LoadState resource={resource} what="the unit" />
      {shown !== undefined && (
        <RatedUnit
          key={unit}
          view={shown}
          names={names}
          state={state}
          unit={unit}
          last={state.next === undefined}
          onUndo={undo}
          onNext={() => go(unit < progress.units ? unit + 1 : (state.next ?? unit))}
          report={`/rate/${run}/${session}/report`}
        />
      )}
    </>
  );
}

/** What is seen of a unit; the one after it is loaded beforehand, so that going on and back is at once. */
function useUnit({ run, session, progress }: RatingSubject, unit: number) {
  const known = useRef(new Map<number, RatingView>()).current;
  const load = async (one: number, signal?: AbortSignal) => {
    const address = `${ratingAddress(run, session)}/units/${one}`;
    const view = known.get(one) ?? (await fetchJson<RatingView>(address, signal));
    known.set(one, view);
    return { unit: one, view };
  };
  const resource = useResource(
    String(unit),
    (signal) => load(unit, signal),
    () => {
      const view = known.get(unit);
      return view && { unit, view };
    },
  );
  const view = resource.value?.unit === unit ? resource.value.view : undefined;
  useEffect(() => {
    // What fails here is told when the unit is looked at.
    if (view !== undefined && unit < progress.units) load(unit + 1).catch(() => undefined);
  }, [unit, view === undefined]);
  return { resource, view };
}

function RatedUnit(props: {
  readonly view: RatingView;
  readonly names: TokenNames;
  readonly state: ReturnType<typeof useRating>;
  readonly unit: number;
  readonly last: boolean;
  readonly report: string;
  readonly onUndo: () => void;
  readonly onNext: () => void;
}) {
  const { view, state, unit, onUndo, onNext } = props;
  const answers = state.find(unit, view);
  const step = findNextStep(answers);
  const give = (points: number) => () => {
    const now = findNextStep(state.find(unit, view));
    if (now !== undefined && now.name !== "interpretation" && points <= MOST_POINTS[now.name])
      state.answer(unit, view, now, points);
  };
  const goOn = () => (props.last ? navigate(props.report) : onNext());
  const digits = Object.fromEntries(POINTS.map((points) => [String(points), give(points)]));
  useKeys({ ...digits, Backspace: onUndo, ...(step === undefined ? { Enter: () => followFocus(goOn) } : {}) });
  const place = step?.name === "consistency" ? view.asked[step.place] : undefined;
  return (
    <div class="rating-page">
      <UnitView view={view} names={props.names} current={place} />
      <Rubric
        answers={answers}
        asked={view.asked}
        step={step}
        onAnswer={(of, value) => state.answer(unit, view, of, value)}
        onUndo={onUndo}
        onNext={onNext}
        report={props.last ? props.report : undefined}
      />
    </div>
  );
}

/** Enter belongs to a link or button that has the focus, unless it is one of points. */
function followFocus(otherwise: () => void): void {
  const focused = document.activeElement;
  if (focused instanceof HTMLElement && focused.matches("a[href], button:not(.rubric-point)")) focused.click();
  else otherwise();
}
