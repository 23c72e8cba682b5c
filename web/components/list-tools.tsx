import { useState } from "preact/hooks";

/** What can be done with a list as a whole. */
export function ListTools(props: {
  readonly title: string;
  readonly writable: boolean;
  readonly onTitle: (title: string) => void;
  readonly onDelete: () => void;
  readonly onSaveCsv: () => void;
  readonly onSaveJson: () => void;
}) {
  const [asked, setAsked] = useState(false);
  return (
    <div class="list-tools">
      <button type="button" class="button" onClick={props.onSaveJson}>
        Save as JSON
      </button>
      <button type="button" class="button" onClick={props.onSaveCsv}>
        Save as CSV
      </button>
      {props.writable && <TitleField title={props.title} onTitle={props.onTitle} />}
      {props.writable &&
        (asked ? (
          <>
            <button type="button" class="button danger" onClick={props.onDelete}>
              Yes, delete it
            </button>
            <button type="button" class="quiet-button" onClick={() => setAsked(false)}>
              Keep it
            </button>
          </>
        ) : (
          <button type="button" class="quiet-button" onClick={() => setAsked(true)}>
            Delete the list
          </button>
        ))}
    </div>
  );
}

function TitleField({ title, onTitle }: { readonly title: string; readonly onTitle: (title: string) => void }) {
  const [draft, setDraft] = useState<string>();
  const text = draft ?? title;
  return (
    <form
      class="label-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") onTitle(text.trim());
        setDraft(undefined);
      }}
    >
      <input
        aria-label="Title of the list"
        dir="auto"
        maxLength={200}
        value={text}
        onInput={(event) => setDraft(event.currentTarget.value)}
      />
      {text !== title && (
        <button type="submit" class="button">
          Rename
        </button>
      )}
    </form>
  );
}
