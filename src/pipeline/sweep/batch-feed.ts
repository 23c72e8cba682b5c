/** Hands things one at a time to a consumer that asks for them, and says when it asks. */
export interface Feed<T> {
  /** What the consumer iterates. */
  readonly items: AsyncIterable<T>;
  /** Resolves once the consumer waits for the next item, that is, has done with the last. */
  readonly hungry: () => Promise<void>;
  /** Gives the waiting consumer its next item. */
  readonly offer: (item: T) => void;
  /** Tells the waiting consumer that there is nothing more. */
  readonly end: () => void;
}

/** A feed with one consumer. */
export function createFeed<T>(): Feed<T> {
  let deliver: ((result: IteratorResult<T>) => void) | undefined;
  let tellHungry: (() => void) | undefined;
  const next = () =>
    new Promise<IteratorResult<T>>((resolve) => {
      deliver = resolve;
      tellHungry?.();
      tellHungry = undefined;
    });
  const answer = (result: IteratorResult<T>) => {
    if (deliver === undefined) throw new Error("an item was offered to a consumer that did not ask for it");
    const resolve = deliver;
    deliver = undefined;
    resolve(result);
  };
  return {
    items: { [Symbol.asyncIterator]: () => ({ next }) },
    hungry: () => (deliver === undefined ? new Promise<void>((resolve) => (tellHungry = resolve)) : Promise.resolve()),
    offer: (value) => answer({ value, done: false }),
    end: () => answer({ value: undefined, done: true }),
  };
}

/** Something that learns from items fed to it, one at a time, and tells what it does. */
export interface FedWorker<Item, Event, Result> {
  /** Runs it until it waits for an item, yielding its events; true once it has returned. */
  readonly untilHungry: () => AsyncGenerator<Event, boolean>;
  /** Gives it one item and runs it until it waits for the next; true once it has returned. */
  readonly feed: (item: Item) => AsyncGenerator<Event, boolean>;
  /** Tells it that there are no more items and runs it to its end. */
  readonly end: () => AsyncGenerator<Event, boolean>;
  /** What it returned. */
  readonly result: () => Result;
}

/** Turns a generator that pulls its items into a worker that is fed, so that several can go through one stream in step. */
export function createFedWorker<Item, Event, Result>(
  start: (items: AsyncIterable<Item>) => AsyncGenerator<Event, Result>,
): FedWorker<Item, Event, Result> {
  const feed = createFeed<Item>();
  const events = start(feed.items);
  let pending: Promise<IteratorResult<Event, Result>> | undefined;
  let returned: { readonly value: Result } | undefined;
  async function* untilHungry(): AsyncGenerator<Event, boolean> {
    while (returned === undefined) {
      pending ??= events.next();
      // Whoever is left waiting when another worker fails must not end the process.
      pending.catch(() => undefined);
      const settled = await Promise.race([pending, feed.hungry()]);
      if (settled === undefined) return false;
      pending = undefined;
      if (settled.done) returned = { value: settled.value };
      else yield settled.value;
    }
    return true;
  }
  return {
    untilHungry,
    feed: (item) => {
      feed.offer(item);
      return untilHungry();
    },
    end: () => {
      feed.end();
      return untilHungry();
    },
    result: () => {
      if (returned === undefined) throw new Error("the worker has not finished");
      return returned.value;
    },
  };
}
