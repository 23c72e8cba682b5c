import { expect, test } from "vitest";
import { studentQuantile } from "./student-t.ts";

test("the quantiles are those of the tables", () => {
  const table = { 1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706, 10: 2.2281, 30: 2.0423, 63: 1.9983 };
  for (const [degrees, wanted] of Object.entries(table)) {
    expect(Math.abs(studentQuantile(Number(degrees)) / wanted - 1), `${degrees} degrees`).toBeLessThan(0.002);
  }
  expect(studentQuantile(1e9)).toBeCloseTo(1.96, 4);
});

test("between whole degrees of freedom the quantile leaves 2.5 % above it, to 4 % of t", () => {
  for (const degrees of [1, 1.1, 1.25, 1.5, 1.75, 1.9, 2, 2.2, 2.5, 2.9, 3.5]) {
    const t = studentQuantile(degrees);
    expect(integrateTail(t * 0.96, degrees), `${degrees} degrees`).toBeGreaterThan(0.025);
    expect(integrateTail(t * 1.04, degrees), `${degrees} degrees`).toBeLessThan(0.025);
  }
});

/** The share of Student's distribution above t, by midpoints over the angle of t / sqrt(degrees); the constant cancels. */
function integrateTail(t: number, degrees: number): number {
  const integrate = (from: number, to: number) => {
    const steps = 20_000;
    let sum = 0;
    for (let i = 0; i < steps; i++) sum += Math.cos(from + ((to - from) * (i + 0.5)) / steps) ** (degrees - 1);
    return (sum * (to - from)) / steps;
  };
  return integrate(Math.atan(t / Math.sqrt(degrees)), Math.PI / 2) / (2 * integrate(0, Math.PI / 2));
}
