import { expect, test } from "vitest";
import { boundUsage, createBudget, estimateUsage, priceOf } from "./budget.ts";
import type { ChatRequest } from "./write-prompts.ts";

const PRICES = { input: 2, output: 10 };
const request: ChatRequest = { messages: [{ role: "user", content: "é".repeat(484) }], maxTokens: 200 };
/** (968 bytes + 32 around) x 2 + 200 x 10, a millionth of it. */
const MOST = 0.004;

test("the bound of a request is a token for each byte and the whole answer", () => {
  expect(boundUsage(request)).toEqual({ input: 1000, output: 200 });
  expect(priceOf(boundUsage(request), PRICES)).toBeCloseTo(MOST, 12);
  const usual = estimateUsage(request);
  expect(usual.input).toBeLessThan(1000);
  expect(usual.output).toBeLessThanOrEqual(200);
});

test("what is under way is set aside, so that no budget is passed whatever comes back", () => {
  const budget = createBudget(2.5 * MOST, PRICES);
  const first = budget.reserve(request);
  budget.reserve(request);
  expect(() => budget.reserve(request)).toThrow(/budget of 0.01 does not allow another request/);
  first.release();
  const third = budget.reserve(request);
  third.pay({ input: 100, output: 10 });
  expect(budget.spent()).toBeCloseTo(0.0003, 12);
});

test("what nobody knows to be unpaid counts as spent", () => {
  const budget = createBudget(1.5 * MOST, PRICES);
  budget.reserve(request).keep();
  expect(budget.spent()).toBeCloseTo(MOST, 12);
  expect(() => budget.reserve(request)).toThrow(/larger --budget/);
});

test("a budget of 0 allows nothing that costs anything, and everything that costs nothing", () => {
  expect(() => createBudget(0, PRICES).reserve(request)).toThrow(/budget of 0/);
  expect(() => createBudget(0, { input: 0, output: 0 }).reserve(request)).not.toThrow();
});

test("what a record holds is spent already, and it is told of every cost", () => {
  const notes: string[] = [];
  const record = {
    before: () => MOST,
    open: (most: number) => {
      notes.push(`most ${most.toFixed(4)}`);
      return (cost: number) => void notes.push(`cost ${cost.toFixed(4)}`);
    },
  };
  const budget = createBudget(2.2 * MOST, PRICES, record);
  budget.reserve(request).pay({ input: 100, output: 10 });
  expect(budget.spent()).toBeCloseTo(MOST + 0.0003, 12);
  budget.reserve(request).keep();
  expect(notes).toEqual(["most 0.0040", "cost 0.0003", "most 0.0040"]);
  expect(() => budget.reserve(request)).toThrow(/0.00830 is spent, in earlier commands too/);
});
