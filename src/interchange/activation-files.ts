import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { globSync, isDynamicPattern } from "tinyglobby";
import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";
import { isFloatDtype } from "../store/decode-floats.ts";
import { openFile } from "../store/open-file.ts";
import { nameTable, type RowTable } from "../store/row-tables.ts";
import { readSafetensorsHeader, type TensorEntry } from "../store/safetensors-header.ts";
import { readNpyTable } from "./npy.ts";

const TENSOR_SUFFIX = /^(.*\.safetensors):(.+)$/s;

/** Files of activations, or globs of them, as absolute paths in a fixed order, each once; `FILE.safetensors:NAME` keeps its tensor's name. */
export function locateActivations(locations: readonly string[]): readonly string[] {
  const found = locations.flatMap((location) => {
    const { path, tensor } = splitTensor(location);
    const paths = expand(path).map((file) => resolve(file));
    return tensor === undefined ? paths : paths.map((file) => `${file}:${tensor}`);
  });
  return [...new Set(found)];
}

/** The rows of all these files, found without reading them; one that is malformed, or has another width, is a `UserError`. */
export function readActivationTables(files: readonly string[]): readonly RowTable[] {
  const tables = files.flatMap(readTables);
  const [first] = tables;
  for (const table of tables) {
    if (table.width !== first!.width)
      throw new UserError(
        `${nameTable(table)} has vectors of width ${table.width}, ${nameTable(first!)} of ${first!.width}: a dictionary learns from activations of one width`,
        2,
      );
    if (table.rows === 0 || table.width === 0)
      throw new UserError(`${nameTable(table)} holds no numbers, its shape is (${table.rows}, ${table.width})`);
  }
  return tables;
}

function expand(location: string): readonly string[] {
  if (existsSync(location)) return [location];
  const found = isDynamicPattern(location) ? globSync(location, { expandDirectories: false, onlyFiles: true }) : [];
  if (found.length > 0) return found.sort();
  const what = isDynamicPattern(location) ? "matches no file" : "does not exist";
  throw new UserError(`--activations ${location} ${what}: name .npy or .safetensors files`, 2);
}

function splitTensor(location: string): { readonly path: string; readonly tensor: string | undefined } {
  const [, path, tensor] = TENSOR_SUFFIX.exec(location) ?? [];
  return path === undefined ? { path: location, tensor: undefined } : { path, tensor };
}

function readTables(location: string): readonly RowTable[] {
  const { path, tensor } = splitTensor(location);
  if (!existsSync(path))
    throw new UserError(`${path} does not exist, the dictionary was to learn from it: put it back`);
  if (path.endsWith(".npy")) return [readNpyTable(path)];
  if (path.endsWith(".safetensors")) return readSafetensorsTables(path, tensor);
  throw new UserError(`${path} is neither .npy nor .safetensors: write the activations as one of these`, 2);
}

function readSafetensorsTables(path: string, tensor: string | undefined): readonly RowTable[] {
  const file = openFile(path);
  try {
    const { entries, start } = readSafetensorsHeader(file, "write it again");
    const chosen = tensor === undefined ? chooseMatrices(path, entries) : [findTensor(path, entries, tensor)];
    return chosen.map((entry) => describeTable(path, file.size, start, entry, entries.length > 1));
  } finally {
    file.close();
  }
}

function describeTable(path: string, bytes: number, start: number, entry: TensorEntry, named: boolean): RowTable {
  const { name, dtype, shape, begin } = entry;
  if (!isFloatDtype(dtype))
    throw new UserError(`${path}: tensor ${name} has dtype ${dtype}, wanted F32, F16 or BF16: convert it`);
  const [rows, width] = shape as [number, number];
  return { path, ...(named ? { tensor: name } : {}), dtype, rows, width, offset: start + begin, bytes };
}

/** All matrices of floats, which must have one width. */
function chooseMatrices(path: string, entries: readonly TensorEntry[]): readonly TensorEntry[] {
  const matrices = entries.filter(({ shape, dtype }) => shape.length === 2 && isFloatDtype(dtype));
  if (matrices.length === 0)
    throw new UserError(
      `${path} holds no matrix of F32, F16 or BF16, one row per activation vector; it holds ${entries.map(describeEntry).join(", ") || "nothing"}`,
    );
  if (new Set(matrices.map(({ shape }) => shape[1])).size > 1)
    throw new UserError(
      `${path} holds matrices of different widths (${matrices.map(describeEntry).join(", ")}): name one, ${path}:${matrices[0]!.name}`,
      2,
    );
  return matrices;
}

function findTensor(path: string, entries: readonly TensorEntry[], name: string): TensorEntry {
  const entry = entries.find((candidate) => candidate.name === name);
  const names = entries.map((candidate) => candidate.name);
  if (entry === undefined)
    throw new UserError(
      `${path} holds no tensor ${name}${renderSuggestion(name, names)}; it holds ${entries.map(describeEntry).join(", ") || "nothing"}`,
      2,
    );
  if (entry.shape.length === 2) return entry;
  throw new UserError(
    `${path}: tensor ${describeEntry(entry)} has ${entry.shape.length} dimensions, wanted 2, one row per activation vector: write x.reshape(-1, width)`,
  );
}

function describeEntry({ name, dtype, shape }: TensorEntry): string {
  return `${name} ${dtype} [${shape.join(", ")}]`;
}
