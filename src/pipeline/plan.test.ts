import { resolve } from "node:path";
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

test("a run that learns from files costs no more than its dictionary, as wide as they are", () => {
  const file = resolve(import.meta.dirname, "../../test/parity/fixtures/activations/float32.npy");
  const plan = planRun(resolveExperiment({}, [`activations.files=["${file}"]`, "dictionary.features=7"], "test"));
  expect(plan.parameters).toEqual({ model: 0, dictionary: 7 * 3 + 7 + 7 * 3 + 3 });
  expect(plan.flops.model + plan.flops.harvest).toBe(0);
});
