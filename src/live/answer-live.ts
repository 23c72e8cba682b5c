import { explore } from "./explore.ts";
import type { LiveEvent } from "./live-event.ts";
import type { LiveRequest } from "./live-request.ts";
import type { LiveSubject } from "./live-subject.ts";
import { measureDoses } from "./measure-doses.ts";
import { measureLosses } from "./measure-losses.ts";
import { readContexts } from "./read-contexts.ts";
import { readLogitWeights } from "./read-logit-weights.ts";
import { steer } from "./steer.ts";

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
      return steer(subject, request, signal);
    case "dose":
      return measureDoses(subject, request, signal);
    case "contexts":
      return readContexts(subject, request, signal);
    case "logit-weights":
      return readLogitWeights(subject, request);
    case "losses":
      return measureLosses(subject, request, signal);
    default:
      return request satisfies never;
  }
}
