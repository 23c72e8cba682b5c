import { type ReadonlySignal, signal } from "@preact/signals";

const current = signal(false);

/** Whether the last request found no server: what is on the page stays, but nothing new comes. */
export const isServerGone: ReadonlySignal<boolean> = current;

/** Notes whether a request found the server. */
export function noteServer(isGone: boolean): void {
  current.value = isGone;
}
