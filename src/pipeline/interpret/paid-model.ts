import { setTimeout } from "node:timers/promises";
import type { ChatOutcome, SendChat } from "../../interchange/chat-endpoint.ts";
import { type Budget, boundUsage } from "../../interpret/budget.ts";
import type { LanguageModel } from "../../interpret/model-method.ts";
import type { ChatRequest } from "../../interpret/write-prompts.ts";
import { UserError } from "../../numerics/user-error.ts";
import type { ReplyCache } from "../../store/reply-cache.ts";

/** A language model behind an endpoint, with what it may cost and where its replies are kept. */
export interface PaidModelOptions {
  readonly model: string;
  /** Part of what a reply depends on. */
  readonly baseUrl: string;
  readonly send: SendChat;
  readonly cache: ReplyCache;
  readonly budget: Budget;
  readonly concurrency: number;
  readonly requestsPerMinute: number;
  /** Times that a request is sent before the endpoint is given up. */
  readonly attempts?: number;
  /** The first pause after a failure, doubled each time. */
  readonly pauseMs?: number;
}

const ATTEMPTS = 6;
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** Whoever says to come again later than this is not waited for. */
const LONGEST_RETRY_AFTER_MS = 600_000;

/**
 * A language model that pays for each question at most once: a reply is on the disk before it is used. Failures are tried again, all
 * requests waiting as long as the endpoint says, within the budget. A `UserError` where the budget or the attempts are spent.
 */
export function createPaidModel(options: PaidModelOptions): LanguageModel {
  const { model, baseUrl, cache, concurrency } = options;
  const gate = createGate(options.requestsPerMinute);
  return {
    name: model,
    concurrency,
    ask: async (request, signal) => {
      const question = JSON.stringify({ baseUrl, model, temperature: 0, ...request });
      const known = cache.get(question);
      if (known !== undefined) return known;
      const reply = await askUntilAnswered(options, request, gate, signal);
      cache.put(question, reply);
      return reply;
    },
  };
}

async function askUntilAnswered(
  options: PaidModelOptions,
  request: ChatRequest,
  gate: Gate,
  signal: AbortSignal,
): Promise<string> {
  const { attempts = ATTEMPTS, pauseMs = PAUSE_MS, baseUrl } = options;
  for (let attempt = 1; ; attempt++) {
    await gate.wait(signal);
    const outcome = await sendPaid(options, request, signal);
    if (outcome.kind === "answered") return outcome.text;
    giveUpInVain(outcome, baseUrl, attempt < attempts);
    const asked = outcome.kind === "refused" ? outcome.retryAfterMs : undefined;
    // What the endpoint says holds for every request; a pause of our own for this one.
    if (asked !== undefined) gate.close(asked);
    else await setTimeout(Math.min(LONGEST_PAUSE_MS, pauseMs * 2 ** (attempt - 1)), undefined, { signal });
  }
}

/** Throws where asking again would not help, or not soon. */
function giveUpInVain(
  outcome: Exclude<ChatOutcome, { kind: "answered" }>,
  baseUrl: string,
  hasAttempts: boolean,
): void {
  const kept = "what was answered is kept, and the same command goes on";
  const { sentence } = outcome;
  if (outcome.kind === "refused" && outcome.final) throw new UserError(`${baseUrl} refuses: ${sentence}; ${kept}`);
  if (!hasAttempts) throw new UserError(`${baseUrl} did not answer, time and again: ${sentence}; ${kept}`);
  if (outcome.kind === "refused" && (outcome.retryAfterMs ?? 0) > LONGEST_RETRY_AFTER_MS)
    throw new UserError(
      `${baseUrl} wants to be asked again in ${outcome.retryAfterMs! / 60_000} minutes; ${kept} then`,
    );
}

async function sendPaid(
  { send, budget }: PaidModelOptions,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<ChatOutcome> {
  const reservation = budget.reserve(request);
  let outcome: ChatOutcome;
  try {
    outcome = await send(request, signal);
  } catch (error) {
    reservation.keep();
    throw error;
  }
  if (outcome.kind === "answered") reservation.pay(outcome.usage ?? boundUsage(request));
  else if (outcome.kind === "refused") reservation.release();
  else reservation.keep();
  return outcome;
}

/** Lets requests through one after another, no more often than allowed. */
interface Gate {
  readonly wait: (signal: AbortSignal) => Promise<void>;
  /** Lets none through for so long. */
  readonly close: (ms: number) => void;
}

function createGate(requestsPerMinute: number): Gate {
  const between = 60_000 / requestsPerMinute;
  let opens = 0;
  return {
    wait: async (signal) => {
      for (;;) {
        signal.throwIfAborted();
        const now = Date.now();
        if (now >= opens) {
          opens = now + between;
          return;
        }
        await setTimeout(opens - now, undefined, { signal });
      }
    },
    close: (ms) => {
      opens = Math.max(opens, Date.now() + ms);
    },
  };
}
