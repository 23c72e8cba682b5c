import { describe, expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import { separateDensityModes } from "./density-modes.ts";

const WINDOW = 1_000_000;
const random = createRandomStream(11, "modes");

interface Cloud {
  readonly features: number;
  readonly logDensity: number;
  readonly encoderBias: number;
  readonly alignment: number;
  /** Standard deviation of log density. */
  readonly spread: number;
}

/** Features drawn from clouds; bias and alignment vary by 0.05. */
function draw(...clouds: readonly Cloud[]) {
  const drawn = clouds.flatMap(({ features, ...centre }, cloud) =>
    Array.from({ length: features }, (_, i) => {
      const normal = (axis: number) => random.normal(1e6 * cloud + 3 * i + axis);
      return {
        count: Math.round(WINDOW * 10 ** (centre.logDensity + centre.spread * normal(0))),
        bias: centre.encoderBias + 0.05 * normal(1),
        alignment: centre.alignment + 0.05 * normal(2),
      };
    }),
  );
  return {
    counts: Int32Array.from(drawn, ({ count }) => Math.min(WINDOW, count)),
    window: WINDOW,
    encoderBias: Float32Array.from(drawn, ({ bias }) => bias),
    alignment: Float32Array.from(drawn, ({ alignment }) => alignment),
  };
}

const ordinary = { features: 800, logDensity: -2.5, encoderBias: -0.2, alignment: 0.8, spread: 0.4 };

describe("the two modes of a dictionary's densities", () => {
  test("clusters that are far apart are found whole, with their means", () => {
    const modes = separateDensityModes(
      draw(ordinary, { features: 200, logDensity: -4.5, encoderBias: -1, alignment: 0.3, spread: 0.3 }),
    )!;
    expect(modes.low.features).toBe(200);
    expect(modes.high.features).toBe(800);
    expect(modes.low.logDensity).toBeCloseTo(-4.5, 1);
    expect(modes.low.encoderBias).toBeCloseTo(-1, 1);
    expect(modes.high.alignment).toBeCloseTo(0.8, 1);
    expect(modes.separation).toBeGreaterThan(8);
  });

  test("clusters whose densities overlap separate by bias and alignment", () => {
    const overlapping = { features: 300, logDensity: -3, encoderBias: -1, alignment: 0.3, spread: 0.4 };
    const modes = separateDensityModes(draw(ordinary, overlapping))!;
    expect(modes.low.features).toBe(300);
    expect(modes.separation).toBeGreaterThan(8);
  });

  test("the separation is the distance of the means in deviations within a group", () => {
    const features = 20_000;
    const alike = { features, encoderBias: 0, alignment: 0, spread: 0.1 };
    const modes = separateDensityModes(draw({ ...alike, logDensity: -2 }, { ...alike, logDensity: -1 }))!;
    expect(modes.separation).toBeGreaterThan(9.6);
    expect(modes.separation).toBeLessThan(10.4);
  });

  test("one broad cluster, or a uniform spread, stays below 4", () => {
    expect(separateDensityModes(draw(ordinary))!.separation).toBeLessThan(3.5);
    const uniform = Array.from({ length: 4000 }, (_, i) => random.uniform(i));
    const spread = separateDensityModes({
      counts: Int32Array.from(uniform, (value) => WINDOW * 10 ** (-4 + 3 * value)),
      window: WINDOW,
      encoderBias: Float32Array.from(uniform, (_, i) => 0.1 * random.normal(i)),
      alignment: Float32Array.from(uniform, (_, i) => 0.1 * random.normal(9e6 + i)),
    })!;
    expect(spread.separation).toBeLessThan(4);
  });

  test("the group that fires less is the low one, whichever is larger", () => {
    const silent = { features: 900, logDensity: -9, encoderBias: -0.5, alignment: 1, spread: 0 };
    const modes = separateDensityModes(draw(silent, { ...ordinary, features: 100 }))!;
    expect(modes.low.features).toBe(900);
    expect(modes.low.logDensity).toBeCloseTo(Math.log10(0.5 / WINDOW), 6);
  });

  test("features that are all alike have none, and an alignment that is not a number counts as 0", () => {
    const alike = {
      counts: new Int32Array(5).fill(3),
      window: 10,
      encoderBias: new Float32Array(5),
      alignment: new Float32Array(5).fill(Number.NaN),
    };
    expect(separateDensityModes(alike)).toBeNull();
    const modes = separateDensityModes({ ...alike, counts: Int32Array.of(0, 0, 0, 9, 9) });
    expect(modes?.low).toEqual({
      features: 3,
      logDensity: expect.closeTo(Math.log10(0.05)),
      encoderBias: 0,
      alignment: 0,
    });
  });
});
