/**
 * The results of `work` on every item as they come, at most `concurrency` at once. The first that fails ends it: no further item is
 * begun, those under way are waited for and those of them that succeed are given before its error is thrown.
 */
export async function* answerInParallel<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  type Outcome = { readonly index: number } & ({ readonly result: Result } | { readonly error: unknown });
  const running = new Map<number, Promise<Outcome>>();
  const failures: unknown[] = [];
  let next = 0;
  const start = (index: number): void => {
    const outcome = work(items[index]!).then(
      (result): Outcome => ({ index, result }),
      (error: unknown): Outcome => ({ index, error }),
    );
    running.set(index, outcome);
  };
  while (running.size > 0 || (failures.length === 0 && next < items.length)) {
    while (failures.length === 0 && running.size < concurrency && next < items.length) start(next++);
    const outcome = await Promise.race(running.values());
    running.delete(outcome.index);
    if ("result" in outcome) yield outcome.result;
    else failures.push(outcome.error);
  }
  if (failures.length > 0) throw failures[0];
}
