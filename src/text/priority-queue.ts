/** A binary heap: `pop` takes the entry that precedes all others, in O(log n). */
export interface PriorityQueue<Entry> {
  readonly size: number;
  push(entry: Entry): void;
  pop(): Entry | undefined;
  clear(): void;
}

/** An empty heap ordered by `precedes`, which must be a strict order. */
export function createPriorityQueue<Entry>(precedes: (a: Entry, b: Entry) => boolean): PriorityQueue<Entry> {
  const entries: Entry[] = [];

  const siftUp = (entry: Entry): void => {
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!precedes(entry, entries[parent]!)) break;
      entries[at] = entries[parent]!;
      at = parent;
    }
    entries[at] = entry;
  };

  const siftDown = (entry: Entry): void => {
    const size = entries.length;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && precedes(entries[child + 1]!, entries[child]!)) child++;
      if (!precedes(entries[child]!, entry)) break;
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = entry;
  };

  return {
    get size() {
      return entries.length;
    },
    push: siftUp,
    pop: () => {
      const first = entries[0];
      const last = entries.pop();
      if (entries.length > 0) siftDown(last!);
      return first;
    },
    clear: () => {
      entries.length = 0;
    },
  };
}
