/** Most features that can be sorted: rank and number share the 53 bits of a float's integers. */
const MOST_FEATURES = 2 ** 21;
const LAST_RANK = 2 ** 32 - 1;
const SIGN = 2 ** 31;

/**
 * Sorts numbers of features by their values, in place; equal values stay in the order of the numbers, NaN comes last either way.
 * Rank and number are packed into one float each, since an array of numbers is sorted ten times faster without a comparison of ours.
 */
export function sortByColumn(order: Uint32Array, column: Float32Array | Uint32Array, ascending: boolean): Uint32Array {
  if (column.length > MOST_FEATURES)
    throw new Error(`${column.length} features, at most ${MOST_FEATURES} can be sorted`);
  const rank = createRank(column, ascending);
  const packed = new Float64Array(order.length);
  for (let place = 0; place < order.length; place++) {
    packed[place] = rank(order[place]!) * MOST_FEATURES + order[place]!;
  }
  packed.sort();
  for (let place = 0; place < order.length; place++) order[place] = packed[place]! % MOST_FEATURES;
  return order;
}

/** Integers below 2^32 in the order of the values: a float's bits count upwards once those of negative ones are turned around. */
function createRank(column: Float32Array | Uint32Array, ascending: boolean): (feature: number) => number {
  const isFloat = column instanceof Float32Array;
  const bits = new Uint32Array(column.buffer, column.byteOffset, column.length);
  return (feature) => {
    const value = column[feature]!;
    if (Number.isNaN(value)) return LAST_RANK;
    const pattern = value === 0 ? 0 : bits[feature]!;
    const upwards = !isFloat ? pattern : pattern < SIGN ? pattern + SIGN : LAST_RANK - pattern;
    return ascending ? upwards : LAST_RANK - upwards;
  };
}
