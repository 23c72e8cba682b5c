import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkDictionaryConfig, type DictionaryConfig, dictionaryConfigSchema } from "../autoencoder/config.ts";
import { resolveExperiment } from "./experiment.ts";
import { listRecipes, readRecipe } from "./recipes.ts";

const docs = readFileSync(new URL("../../docs/recipes.md", import.meta.url), "utf8");
const defaults = dictionaryConfigSchema.parse({});

function resolve(name: string): DictionaryConfig {
  return dictionaryConfigSchema.parse({ ...readRecipe(name), activations: 100_000_000 });
}

test.each(listRecipes())("recipe %s is complete, free of contradictions and described", (name) => {
  const config = resolve(name);
  expect(() => checkDictionaryConfig(config)).not.toThrow();
  expect(readRecipe(name)).not.toHaveProperty("features");
  expect(docs).toContain(`\`${name}\``);
});

test("every switch of a dictionary's config is explained", () => {
  const missing = Object.keys(readRecipe("default")).filter((field) => !docs.includes(`\`${field}\``));
  expect(missing).toEqual([]);
});

test("recipes replace one another whole: nothing of the first is left in the second", () => {
  const experiment = (recipes: readonly string[]) =>
    resolveExperiment({ dictionary: Object.assign({}, ...recipes.map(readRecipe)) }, [], "test").dictionary;
  expect(experiment(["april-2024", "paper"])).toEqual(experiment(["paper"]));
  expect(experiment(["april-2024", "default"])).toEqual(defaults);
});

test("a preset may name its recipe and change fields of it", () => {
  const { dictionary } = resolveExperiment({ dictionary: { recipe: "april-2024", l1: 2 } }, [], "test");
  expect(dictionary).toMatchObject({ l1: 2, l1Weighting: "decoder-norm", decoderNorm: "free", features: 4096 });
});

test("a recipe that does not exist is refused with the nearest name", () => {
  expect(() => readRecipe("papper")).toThrow(/unknown recipe papper \(did you mean paper\?\)/);
});
