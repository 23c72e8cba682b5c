import { expect, test } from "vitest";
import { classifyDirection } from "./classify-direction.ts";

test("a direction along one neuron is 1-sparse only if the next nine hold little", () => {
  expect(classifyDirection({ topShare: 0.36, nextShare: 0.09 })).toBe("1-sparse");
  expect(classifyDirection({ topShare: 0.36, nextShare: 0.1 })).toBe("10-sparse");
});

test("one along some ten neurons is 10-sparse, any other dense", () => {
  expect(classifyDirection({ topShare: 0.1, nextShare: 0.26 })).toBe("10-sparse");
  expect(classifyDirection({ topShare: 0.1, nextShare: 0.25 })).toBe("dense");
});
