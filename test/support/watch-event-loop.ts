import { appendFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/**
 * Loaded before a program (`node --import`), it writes every second to the file that MONOSEM_LOOP_LOG names how late a timer of 10 ms
 * was, as a JSON line of counts by half milliseconds: what whoever waits for the event loop waits beside their own work.
 */
const TIMER_MS = 10;
const WRITE_MS = 1000;
const BUCKETS_PER_MS = 2;

const path = process.env.MONOSEM_LOOP_LOG;
if (path !== undefined && isMainThread) {
  let counts: Record<number, number> = {};
  let [due, written] = [performance.now() + TIMER_MS, performance.now()];
  const tick = (): void => {
    const now = performance.now();
    const bucket = Math.floor(Math.max(0, now - due) * BUCKETS_PER_MS);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    if (now - written >= WRITE_MS) {
      appendFileSync(path, `${JSON.stringify(counts)}\n`);
      [counts, written] = [{}, now];
    }
    due = performance.now() + TIMER_MS;
    setTimeout(tick, TIMER_MS).unref();
  };
  setTimeout(tick, TIMER_MS).unref();
}
