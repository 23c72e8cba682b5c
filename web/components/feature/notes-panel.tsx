import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { MedianEstimate } from "../../../src/numerics/median-interval.ts";
import type { Annotation, AnnotationChange, Explanation } from "../../../src/server/api.ts";
import { sayFailure } from "../../data/notice.ts";
import { Panel, type PanelFrame } from "../panel.tsx";
import { SafeText } from "../safe-text.tsx";
import { ExplanationLine } from "./explanation-line.tsx";

const MOST_POINTS = 14;
const POINTS = Array.from({ length: MOST_POINTS + 1 }, (_, points) => points);

/** What is said about a feature: notes and points of people, explanations that methods found. */
export function NotesPanel(props: {
  readonly annotation: Annotation | undefined;
  readonly explanations: readonly Explanation[];
  /** The median score of each method. */
  readonly medians: ReadonlyMap<string, MedianEstimate>;
  /** How an explanation was scored. */
  readonly scored: (explanation: Explanation) => ComponentChildren;
  readonly writable: boolean;
  readonly frame: PanelFrame;
  readonly onSave: (change: AnnotationChange) => Promise<void>;
}) {
  const { annotation, explanations, writable } = props;
  const note = annotation?.note ?? "";
  return (
    <Panel name="notes" frame={props.frame} data={() => ({ json: { annotation: annotation ?? null, explanations } })}>
      {annotation?.stale === true && (
        <p class="banner warning">
          Label, note and points were written about other weights of this dictionary: this feature may be another one.
        </p>
      )}
      {explanations.map((explanation) => (
        <ExplanationLine
          key={explanation.method}
          explanation={explanation}
          median={props.medians.get(explanation.method)}
        >
          {props.scored(explanation)}
        </ExplanationLine>
      ))}
      {writable ? (
        <>
          <NoteField note={note} onSave={(text) => props.onSave({ note: text })} />
          <label class="sort-field">
            Points of the paper's rubric{" "}
            <select
              value={annotation?.rating ?? ""}
              onChange={({ currentTarget: { value } }) =>
                props.onSave({ rating: value === "" ? null : Number(value) }).catch(sayFailure)
              }
            >
              <option value="">not rated</option>
              {POINTS.map((points) => (
                <option value={points} key={points}>
                  {points}
                </option>
              ))}
            </select>
          </label>
        </>
      ) : (
        <ReadNote note={note} rating={annotation?.rating ?? null} />
      )}
    </Panel>
  );
}

function NoteField({ note, onSave }: { readonly note: string; readonly onSave: (text: string) => Promise<void> }) {
  const [draft, setDraft] = useState<string>();
  const text = draft ?? note;
  const changed = text !== note;
  return (
    <form
      class="note-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(text).then(() => setDraft(undefined), sayFailure);
      }}
    >
      <label>
        <span class="visually-hidden">Note</span>
        <textarea
          dir="auto"
          rows={3}
          placeholder="What have you seen? Notes stay in the run's folder."
          value={text}
          onInput={(event) => setDraft(event.currentTarget.value)}
        />
      </label>
      {changed && (
        <button type="submit" class="button">
          Save the note
        </button>
      )}
    </form>
  );
}

function ReadNote({ note, rating }: { readonly note: string; readonly rating: number | null }) {
  if (note === "" && rating === null) return <p class="pending">No notes.</p>;
  return (
    <>
      {note !== "" && (
        <p class="note-text" dir="auto">
          <SafeText text={note} />
        </p>
      )}
      {rating !== null && <p class="note">{rating} of 14 points of the paper's rubric</p>}
    </>
  );
}
