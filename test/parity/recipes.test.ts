import { expect, test } from "vitest";
import { autoencoderWeightNames, mapWeights } from "../../src/autoencoder/autoencoder.ts";
import { checkDictionaryConfig, type DictionaryConfig, dictionaryConfigSchema } from "../../src/autoencoder/config.ts";
import { trainDictionary } from "../../src/autoencoder/train.ts";
import { createTrainingState, type TrainingState } from "../../src/autoencoder/training-state.ts";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import { listRecipes, readRecipe } from "../../src/pipeline/recipes.ts";
import { type FixtureTensor, readRecipesFixture } from "./fixtures.ts";
import "../support/to-be-all-close.ts";

const fixture = readRecipesFixture();
const { width, features, batch } = fixture;
const kernels = createReferenceKernels();
const upload = ({ data, shape }: FixtureTensor) => kernels.upload(Float32Array.from(data), shape);
const recipeNames = listRecipes();

type Case = (typeof fixture.cases)[number];

function configure({ name, switches }: Case): DictionaryConfig {
  const recipe = recipeNames.includes(name) ? readRecipe(name) : {};
  const sizes = { features, batch, activations: fixture.batches.length * batch, logEvery: 1, looks: 0 };
  const config = dictionaryConfigSchema.parse({ ...recipe, resampling: { kind: "none" }, ...sizes, ...switches });
  checkDictionaryConfig(config);
  return config;
}

function createState({ parameters }: Case, config: DictionaryConfig): TrainingState {
  const uploaded = mapWeights(parameters, upload);
  const weights = config.decoder === "tied" ? { ...uploaded, decoder: uploaded.encoder } : uploaded;
  const scaled = config.activationScaling === "sqrt-width";
  return createTrainingState(kernels, weights, scaled ? Math.sqrt(width) / fixture.meanNorm : 1);
}

test("every recipe has a case", () => {
  expect(fixture.cases.map(({ name }) => name)).toEqual(expect.arrayContaining(recipeNames));
});

const runs = fixture.cases.flatMap((recipe) =>
  [
    ["sparse", features],
    ["dense", 0],
  ].map(([path, denseAbove]) => ({ name: recipe.name, path, recipe, denseAbove: Number(denseAbove) })),
);

test.each(runs)("$name ends at PyTorch's weights on the $path path", async ({ recipe, denseAbove }) => {
  const config = configure(recipe);
  const state = createState(recipe, config);
  const batches = fixture.batches.map(upload);
  const losses: number[] = [];
  for await (const event of trainDictionary({ kernels, config, state, batches, denseAbove }))
    if (event.kind === "step") losses.push(event.loss);
  expect(losses, "losses").toBeAllClose(recipe.losses, { absolute: 1e-5, relative: 1e-5 });
  for (const name of autoencoderWeightNames)
    expect(await kernels.read(state.weights[name]), name).toBeAllClose(recipe.parametersAfter[name].data, {
      absolute: 3e-5,
      relative: 3e-5,
    });
  expect(state.threshold).toBeCloseTo(recipe.threshold ?? 0, 5);
});
