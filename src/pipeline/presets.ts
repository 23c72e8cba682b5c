import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";

const FOLDER = new URL("../../presets/", import.meta.url);

/** Names of the presets that come with the tool. */
export function listPresets(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => basename(file, ".json"));
}

/** The experiment, as written, of a preset of the tool or of a JSON file. */
export function readPreset(name: string): unknown {
  const known = listPresets();
  if (known.includes(name)) return parsePreset(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"), name);
  if (name.endsWith(".json") && existsSync(name)) return parsePreset(readFileSync(name, "utf8"), name);
  throw new UserError(
    `unknown preset ${name}${renderSuggestion(name, known)}; there are ${known.join(", ")}, or name a .json file`,
    2,
  );
}

function parsePreset(text: string, name: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`preset ${name} is not JSON: ${(error as Error).message}`, 2);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new UserError(
      `preset ${name}: got ${JSON.stringify(value)?.slice(0, 40)}, wanted a JSON object of fields`,
      2,
    );
  return value;
}
