import { describe, expect, test } from "vitest";
import type { DictionaryLook } from "../../src/metrics/dictionary-look.ts";
import { densityHistogram } from "../../src/metrics/feature-density.ts";
import { findLowCluster, nameDensity, tabulateLooks } from "./describe-heat-map.ts";
import { createHeatScales, listHeatCells, shade } from "./heat-map-scales.ts";

const frame = { width: 460, height: 300, left: 50, right: 10, top: 10, bottom: 40 };

/** A look at features of these densities, 1,000 vectors after the look before. */
function createLook(index: number, densities: readonly number[], separation = 0): DictionaryLook {
  const centre = { features: 1, encoderBias: 0, alignment: 0 };
  const modes = { separation, low: { ...centre, logDensity: -3.5 }, high: { ...centre, logDensity: -1 } };
  return {
    step: index,
    vectors: index * 1000,
    window: 1000,
    features: densities.length,
    densityHistogram: densityHistogram(Float64Array.from(densities)),
    recent: { modes },
  } as unknown as DictionaryLook;
}

const looks = [createLook(1, [0.5, 0.5, 0.02]), createLook(2, [0.5, 0.002, 0])];

describe("a heat map of densities", () => {
  const scales = createHeatScales(looks, 4000, frame);
  const cells = listHeatCells(looks, scales);

  test("has a cell for each bin that is not empty and one for silent features", () => {
    expect(cells.map(({ look, exponent, features }) => [look.step, exponent, features])).toEqual([
      [1, -1.75, 1],
      [1, -0.5, 2],
      [2, -2.75, 1],
      [2, -0.5, 1],
      [2, undefined, 1],
    ]);
  });

  test("gives each look its stretch of the whole run", () => {
    expect(cells.map(({ x, width }) => [x, width])).toEqual([
      [50, 100],
      [50, 100],
      [150, 100],
      [150, 100],
      [150, 100],
    ]);
  });

  test("goes down to the decade of the rarest density a window can show, with silence below", () => {
    expect(scales.floor).toBe(-3);
    expect(scales.y(0)).toBe(10);
    expect(scales.y(-3)).toBeLessThan(scales.silentRow);
    expect(scales.y(-8)).toBe(scales.silentRow);
    for (const { y, height } of cells) expect(y + height).toBeLessThanOrEqual(frame.height - frame.bottom);
  });

  test("shades more features more strongly, and a single one still visibly", () => {
    const shades = [1, 2, 10, 500, 1000].map((features) => shade(features, 1000));
    expect(shades).toEqual(shades.toSorted((a, b) => a - b));
    expect([shades[0]! > 0.1, shades.at(-1)]).toEqual([true, 1]);
  });

  test("as a table counts every feature once", () => {
    const { columns, rows: listRows } = tabulateLooks(looks);
    const rows = listRows();
    for (const row of rows) {
      expect(row).toHaveLength(columns.length);
      expect(row.slice(1).reduce((sum, count) => sum + Number(count), 0)).toBe(3);
    }
    expect(rows[1]).toEqual(["2,000", "1", "0", "0", "0", "1", "0", "1"]);
  });

  test("names densities in words and marks only clusters that are apart", () => {
    expect(nameDensity(looks[0]!, -1)).toBe("density 10⁻¹ to 0.18");
    expect(nameDensity(looks[0]!, undefined)).toBe("silent");
    expect(findLowCluster(createLook(1, [0.1], 3.9))).toBeUndefined();
    expect(findLowCluster(createLook(1, [0.1], 4.1))?.logDensity).toBe(-3.5);
  });
});
