/** A uniform sample, without replacement, of what is offered to each of many slots. */
export interface FiringSample {
  /** Offers come with a random priority and in ascending order of token. */
  offer(slot: number, priority: number, token: number, value: number): void;
  /** Whether an offer of this priority would be kept. */
  isWanted(slot: number, priority: number): boolean;
  /** The tokens kept for a slot, in random order, and their values. */
  list(slot: number): { readonly tokens: Uint32Array; readonly values: Float32Array };
}

/** A sample of up to `capacity` offers for each slot: those of highest priority, an integer below 2^32. */
export function createFiringSample(slots: number, capacity: number): FiringSample {
  const sizes = new Uint16Array(slots);
  const priorities = new Uint32Array(slots * capacity);
  const tokens = new Uint32Array(slots * capacity);
  const values = new Float32Array(slots * capacity);

  const insert = (slot: number, priority: number, token: number, value: number): void => {
    const first = slot * capacity;
    const size = sizes[slot]!;
    let at = first + Math.min(size, capacity - 1);
    while (at > first && priority > priorities[at - 1]!) {
      priorities[at] = priorities[at - 1]!;
      tokens[at] = tokens[at - 1]!;
      values[at] = values[at - 1]!;
      at--;
    }
    priorities[at] = priority;
    tokens[at] = token;
    values[at] = value;
    if (size < capacity) sizes[slot] = size + 1;
  };

  const isWanted = (slot: number, priority: number): boolean =>
    sizes[slot]! < capacity || priority > priorities[slot * capacity + capacity - 1]!;
  return {
    isWanted,
    offer: (slot, priority, token, value) => {
      if (isWanted(slot, priority)) insert(slot, priority, token, value);
    },
    list: (slot) => {
      const range = [slot * capacity, slot * capacity + sizes[slot]!] as const;
      return { tokens: tokens.slice(...range), values: values.slice(...range) };
    },
  };
}
