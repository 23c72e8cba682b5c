import { type ReadonlySignal, signal } from "@preact/signals";

const STORED = "monosem-tried-text";

const tried = signal(readStored());

/** The text last tried on a feature: it stays from feature to feature. */
export const triedText: ReadonlySignal<string> = tried;

/** Tries another text. */
export function setTriedText(text: string): void {
  tried.value = text;
  try {
    sessionStorage.setItem(STORED, text);
  } catch {
    // See readStored.
  }
}

/** A browser may forbid storage, to a page in a frame for instance: then the text lasts as long as the page. */
function readStored(): string {
  try {
    return sessionStorage.getItem(STORED) ?? "";
  } catch {
    return "";
  }
}
