import { basename, resolve } from "node:path";

const PATHS = new Set(["sources", "valid", "files", "file"]);

/** A JSON answer about a run without the paths of its machine: files are named by their last part, the run by its name. */
export function hidePaths(json: string, run: string, name: string): string {
  const inJson = JSON.stringify(resolve(run)).slice(1, -1);
  return JSON.stringify(hideIn(JSON.parse(json.replaceAll(inJson, name)), ""));
}

function hideIn(value: unknown, key: string): unknown {
  if (typeof value === "string") return PATHS.has(key) ? basename(value) : value;
  if (Array.isArray(value)) return value.map((item) => hideIn(item, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, hideIn(field, name)]));
}
