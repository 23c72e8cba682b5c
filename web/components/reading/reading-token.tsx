import { SEPARATOR_TEXT } from "../../data/token-names.ts";
import { showUnseen } from "../../text/visible-text.ts";
import { renderVisible } from "../render-visible.tsx";

/** A token of a text that is read: where it stands, what it says, how it looks. */
export interface ReadingTokenProps {
  readonly place: number;
  readonly text: string;
  /** Classes: the shade, and what else marks it. */
  readonly look: string;
  /** The one token that Tab leads to. */
  readonly isStop: boolean;
  readonly isChosen: boolean;
}

/** The separator is no part of the text: set apart, it does not make its line run from left to right. */
const SEPARATOR = { dir: "ltr" } as const;

/** A token in running text; line breaks are kept, with their sign. */
export function ReadingToken({ place, text, look, isStop, isChosen }: ReadingTokenProps) {
  return (
    <span
      class={`token ${look}${isChosen ? " chosen" : ""}${text === SEPARATOR_TEXT ? " sign" : ""}`}
      data-place={place}
      tabIndex={isStop ? 0 : -1}
      {...(text === SEPARATOR_TEXT ? SEPARATOR : {})}
      {...(isChosen ? { "aria-current": "true" as const } : {})}
    >
      {text.split("\n").map((line, index) => (
        <>
          {index > 0 && (
            <>
              <span class="sign">⏎</span>
              {"\n"}
            </>
          )}
          {renderVisible(showUnseen(line))}
        </>
      ))}
    </span>
  );
}
