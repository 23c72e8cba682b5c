/** Where a feature stands in an order, and what comes before and after it there. */
export interface Neighbours {
  /** From 0; -1 for a feature that the order does not hold. */
  readonly place: number;
  readonly previous: number | undefined;
  readonly next: number | undefined;
}

/** The neighbours of a feature; one outside the order has the order's first as its next. */
export function findNeighbours(order: Uint32Array, feature: number): Neighbours {
  const place = order.indexOf(feature);
  return { place, previous: place > 0 ? order[place - 1] : undefined, next: order[place + 1] };
}
