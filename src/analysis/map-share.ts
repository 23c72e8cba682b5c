/** Work whose share that is done counts as a part of a longer one. */
export async function* mapShare<T>(
  work: AsyncGenerator<number, T>,
  map: (share: number) => number,
): AsyncGenerator<number, T> {
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
    yield map(next.value);
  }
}
