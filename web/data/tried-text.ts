import { type ReadonlySignal, signal } from "@preact/signals";

const STORED = "monosem-tried-text";

const tried = signal(typeof sessionStorage === "undefined" ? "" : (sessionStorage.getItem(STORED) ?? ""));

/** The text last tried on a feature: it stays from feature to feature. */
export const triedText: ReadonlySignal<string> = tried;

/** Tries another text. */
export function setTriedText(text: string): void {
  tried.value = text;
  sessionStorage.setItem(STORED, text);
}
