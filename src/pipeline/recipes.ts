import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { dictionaryConfigSchema } from "../autoencoder/config.ts";
import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";

const FOLDER = new URL("../../presets/recipes/", import.meta.url);

/** Names of the recipes that come with the tool. */
export function listRecipes(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => basename(file, ".json"));
}

/** What is the user's to choose whatever the recipe. */
const OWN_FIELDS = [
  "site",
  "features",
  "activations",
  "epochs",
  "tokensPerContext",
  "bufferRows",
  "checkpointEvery",
  "logEvery",
  "looks",
  "seed",
];

/** Every field of `dictionary` but sizes, place and seed, as a recipe has it; a `UserError` (exit code 2) where there is none of that name. */
export function readRecipe(name: string): Readonly<Record<string, unknown>> {
  const known = listRecipes();
  if (!known.includes(name))
    throw new UserError(`unknown recipe ${name}${renderSuggestion(name, known)}; there are ${known.join(", ")}`, 2);
  const fields: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
  const config = dictionaryConfigSchema.parse(fields);
  return Object.fromEntries(Object.entries(config).filter(([field]) => !OWN_FIELDS.includes(field)));
}
