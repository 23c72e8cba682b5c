import { UserError } from "../numerics/user-error.ts";
import { explore } from "./explore.ts";
import type { LiveEvent } from "./live-event.ts";
import type { LiveRequest } from "./live-request.ts";
import type { LiveSubject } from "./live-subject.ts";

/**
 * Answers one request; the stream ends with `done`. What the request says and the subject lacks (an unknown feature or token) is a
 * `UserError`. Between two events nothing else gets a turn: who pulls them decides when to listen for an abort.
 */
export async function* answerLive(
  subject: LiveSubject,
  request: LiveRequest,
  signal?: AbortSignal,
): AsyncGenerator<LiveEvent> {
  yield* answer(subject, request, signal);
  yield { kind: "done" };
}

function answer(
  subject: LiveSubject,
  request: LiveRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<LiveEvent> {
  switch (request.kind) {
    case "explore":
      return explore(subject, request, signal);
    case "steer":
    case "dose":
    case "losses":
      throw new UserError(`requests of kind ${request.kind} cannot be answered yet`);
    default:
      return request satisfies never;
  }
}
