import { existsSync, readFileSync } from "node:fs";
import { type ContextProxy, parseProxies } from "../analysis/context-proxy.ts";
import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";

/** The proxies that come with the tool. */
export function readPresetProxies(): readonly ContextProxy[] {
  return readPreset("default");
}

/** What the features stand for that the paper's replication names. */
export function readGalleryProxies(): readonly ContextProxy[] {
  return readPreset("gallery");
}

function readPreset(name: string): readonly ContextProxy[] {
  const file = `presets/proxies/${name}.json`;
  return parseProxies(JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")), file);
}

/**
 * The proxies that names stand for: of a preset, or a JSON file with a list of one's own; all presets where there are none. Each
 * comes once, a later one in place of an earlier one of its name.
 */
export function resolveProxies(names: readonly string[]): readonly ContextProxy[] {
  const presets = readPresetProxies();
  const chosen = names.length === 0 ? presets : names.flatMap((name) => readProxies(name, presets));
  return [...new Map(chosen.map((proxy) => [proxy.name, proxy])).values()];
}

function readProxies(name: string, presets: readonly ContextProxy[]): readonly ContextProxy[] {
  const preset = presets.find((proxy) => proxy.name === name);
  if (preset !== undefined) return [preset];
  if (name.endsWith(".json") && existsSync(name))
    return parseProxies(parseJson(readFileSync(name, "utf8"), name), name);
  const known = presets.map((proxy) => proxy.name);
  throw new UserError(
    `unknown proxy ${name}${renderSuggestion(name, known)}; there are ${known.join(", ")}, or name a .json file`,
    2,
  );
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${name} is not JSON: ${(error as Error).message}`, 2);
  }
}
