import type { LiveRequest } from "../live/live-request.ts";
import type { UserExitCode } from "../numerics/user-error.ts";

/** A request about a dictionary of a run. */
export interface LiveJob {
  readonly directory: string;
  readonly dictionary: string;
  readonly request: LiveRequest;
}

/** What a slot's thread is told. It answers each with one message; `stop` with `stopped`. */
export type LiveOrder =
  | { readonly kind: "ask"; readonly job: LiveJob }
  | { readonly kind: "next" }
  | { readonly kind: "stop" };

/** What it answers. An event is a line of JSON. */
export type LiveReply =
  | { readonly kind: "event"; readonly line: Uint8Array<ArrayBuffer> }
  | { readonly kind: "failed"; readonly message: string; readonly exitCode: UserExitCode | 0 }
  | { readonly kind: "ended" }
  | { readonly kind: "stopped" };
