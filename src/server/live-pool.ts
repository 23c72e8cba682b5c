import { availableParallelism } from "node:os";
import type { LiveJob } from "./live-job.ts";
import { createLiveSlot, type LiveSlot } from "./live-slot.ts";
import { Refused } from "./refused.ts";

/** Answers live requests, so many at a time. */
export interface LivePool {
  /**
   * The events of an answer as lines of JSON. Throws a `Refused` where too many wait already (429) or the answer takes too long
   * (503), a `UserError` for what the request asks in vain, and the signal's reason once nobody listens.
   */
  readonly ask: (job: LiveJob, signal: AbortSignal) => AsyncGenerator<Uint8Array<ArrayBuffer>>;
  readonly close: () => Promise<void>;
}

/** What a pool allows itself. */
export interface LivePoolLimits {
  /** Jobs answered side by side, each by one thread; one core is left to serve. */
  readonly slots: number;
  /** Jobs that may wait. */
  readonly waiting: number;
  /** From the job's first moment in a slot to its last event taken. */
  readonly seconds: number;
  /** After so long without a job a slot gives its memory back. */
  readonly idleSeconds: number;
}

const MOST_SLOTS = 4;
const MS = 1000;
const RETRY_SECONDS = "5";

/** The limits of `monosem serve`. */
export const LIVE_POOL_LIMITS: LivePoolLimits = {
  slots: Math.min(MOST_SLOTS, Math.max(1, availableParallelism() - 1)),
  waiting: 16,
  seconds: 120,
  idleSeconds: 300,
};

/** A pool whose threads start when they are needed. */
export function createLivePool({ slots, waiting, seconds, idleSeconds }: LivePoolLimits): LivePool {
  const free = Array.from({ length: slots }, createLiveSlot);
  const all = [...free];
  const timers = new Map<LiveSlot, NodeJS.Timeout>();
  const queue: ((slot: LiveSlot) => void)[] = [];
  const release = (slot: LiveSlot) => {
    const next = queue.shift();
    if (next !== undefined) return next(slot);
    free.push(slot);
    timers.set(slot, setTimeout(slot.rest, idleSeconds * MS).unref());
  };
  const acquire = async (signal: AbortSignal): Promise<LiveSlot> => {
    signal.throwIfAborted();
    // The one used last has its model at hand.
    const slot = free.pop();
    if (slot !== undefined) {
      clearTimeout(timers.get(slot));
      return slot;
    }
    if (queue.length >= waiting) throw tooMany(waiting);
    return new Promise((resolve, reject) => {
      const abort = () => {
        queue.splice(queue.indexOf(take), 1);
        reject(signal.reason);
      };
      const take = (given: LiveSlot) => {
        signal.removeEventListener("abort", abort);
        resolve(given);
      };
      queue.push(take);
      signal.addEventListener("abort", abort, { once: true });
    });
  };
  return {
    ask: async function* (job, signal) {
      const slot = await acquire(signal);
      const limit = AbortSignal.timeout(seconds * MS);
      try {
        yield* slot.answer(job, AbortSignal.any([signal, limit]), () => release(slot));
      } catch (error) {
        throw limit.aborted && !signal.aborted ? tooLong(seconds) : error;
      }
    },
    close: async () => {
      await Promise.all(all.map(({ rest }) => rest()));
    },
  };
}

function tooMany(waiting: number): Refused {
  const sentence = `${waiting} requests wait already to be computed: try again in some seconds`;
  return new Refused(429, sentence, { "Retry-After": RETRY_SECONDS });
}

function tooLong(seconds: number): Refused {
  return new Refused(503, `the answer took longer than ${seconds} s: ask about a shorter text or fewer tokens`);
}
