import { expect, test } from "vitest";
import { studentQuantile } from "./student-t.ts";

test("the quantiles are those of the tables", () => {
  const table = { 1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706, 10: 2.2281, 30: 2.0423, 63: 1.9983 };
  for (const [degrees, wanted] of Object.entries(table)) {
    expect(Math.abs(studentQuantile(Number(degrees)) / wanted - 1), `${degrees} degrees`).toBeLessThan(0.002);
  }
  expect(studentQuantile(1e9)).toBeCloseTo(1.96, 4);
});
