import type { RunEvent, StageName } from "./events.ts";
import { Interrupted, type StageContext } from "./stage.ts";

/** Tells how many of `total` tokens work that yields the share done comes to; throws `Interrupted` where it is asked to stop. */
export async function* showShare<T>(
  { signal }: StageContext,
  stage: StageName,
  work: AsyncGenerator<number, T>,
  total: number,
): AsyncGenerator<RunEvent, T> {
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
    if (signal.aborted) {
      await work.return(undefined as never);
      throw new Interrupted(`stopped during ${stage}; the same command begins it anew`);
    }
    yield { kind: "progress", stage, done: Math.round(next.value * total), total, unit: "tokens" };
  }
}
