import type { RunState } from "../../src/server/api.ts";

const TONES: Readonly<Record<RunState, string>> = {
  waiting: "",
  running: "strong",
  finished: "",
  failed: "warning",
  interrupted: "warning",
};

/** Where a run is, as a badge. */
export function RunStateBadge({ state }: { readonly state: RunState }) {
  return <span class={`badge ${TONES[state]}`}>{state}</span>;
}
