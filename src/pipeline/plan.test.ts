import { expect, test } from "vitest";
import { resolveExperiment } from "./experiment.ts";
import { planRun } from "./plan.ts";

test.each([
  ["blocks.0.mlp.hook_post", 48],
  ["blocks.0.hook_resid_post", 24],
])("a dictionary at %s is as wide as its site", (site, width) => {
  const sizes = ["model.dModel=24", "model.dMlp=48", "dictionary.features=100"];
  const plan = planRun(resolveExperiment({}, [...sizes, `dictionary.site=${site}`], "test"));
  expect(plan.parameters.dictionary).toBe(100 * width + 100 + 100 * width + width);
});
