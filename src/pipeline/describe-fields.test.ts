import { expect, test } from "vitest";
import { describeFields } from "./describe-fields.ts";
import { experimentSchema, resolveExperiment } from "./experiment.ts";

const fields = describeFields();

test("every field has a description", () => {
  expect(fields.filter(({ description }) => description === "")).toEqual([]);
});

test("the fields given their fallbacks are the experiment of an empty preset", () => {
  const given = fields.filter(({ fallback }) => fallback !== undefined);
  const assignments = given.map(({ path, fallback }) => `${path}=${JSON.stringify(fallback)}`);
  expect(resolveExperiment({}, assignments, "fallbacks")).toEqual(experimentSchema.parse({}));
  expect(fields.map(({ path }) => path)).toContain("dictionary.resampling");
  const optional = fields.filter(({ fallback }) => fallback === undefined).map(({ path }) => path);
  expect(optional).toEqual(["training.seed", "training.control", "dictionary.removeDirectionOf"]);
});
