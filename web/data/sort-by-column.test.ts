import { expect, test } from "vitest";
import { createRandomStream } from "../../src/numerics/random.ts";
import { sortByColumn } from "./sort-by-column.ts";

function compare(a: number, b: number, sign: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : sign * (a < b ? -1 : 1);
}

test("features are ordered as a comparison of their values orders them, whatever the values", () => {
  const random = createRandomStream(3, "values");
  const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, -1e-45, 3e38];
  const floats = Float32Array.from({ length: 3000 }, (_, at) =>
    at % 3 === 0 ? special[(at / 3) % special.length]! : Math.round(40 * random.uniform(at) - 20) / 8,
  );
  const counts = Uint32Array.from({ length: 3000 }, (_, at) => (at % 5 === 0 ? 2 ** 32 - 1 - (at % 2) : at % 700));
  for (const column of [floats, counts])
    for (const ascending of [true, false]) {
      const chosen = Uint32Array.from(column.keys()).filter((feature) => feature % 7 !== 2);
      const expected = [...chosen].sort((a, b) => compare(column[a]!, column[b]!, ascending ? 1 : -1) || a - b);
      expect([...sortByColumn(chosen, column, ascending)]).toEqual(expected);
    }
});
