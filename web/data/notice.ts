import { type ReadonlySignal, signal } from "@preact/signals";

const SHOWN_MS = 4000;
const current = signal("");
let timer: ReturnType<typeof setTimeout> | undefined;

/** What just happened, for a few seconds. */
export const notice: ReadonlySignal<string> = current;

/** Says what just happened, on the screen and to screen readers. */
export function say(sentence: string): void {
  current.value = sentence;
  clearTimeout(timer);
  timer = setTimeout(() => {
    current.value = "";
  }, SHOWN_MS);
}

/** Says what went wrong when something could not be done. */
export function sayFailure(error: unknown): void {
  say(error instanceof Error ? error.message : "That did not work.");
}
