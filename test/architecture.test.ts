import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** Lowest layer first: a folder imports only from itself and from folders listed before it. */
const LAYERS = [
  "numerics",
  "kernels",
  "text",
  "model",
  "activations",
  "autoencoder",
  "steering",
  "metrics",
  "features",
  "analysis",
  "interpret",
  "live",
  "store",
  "interchange",
  "pipeline",
  "server",
  "site",
  "article",
  "cli",
  "index.ts",
];
const PURE_LAYERS = LAYERS.slice(0, LAYERS.indexOf("store"));
const PURE_EXCEPTIONS = ["src/kernels/native.ts", "src/kernels/native/"];
const READING_FUNCTIONS = new Set([
  ...[
    "readFileSync",
    "readSync",
    "closeSync",
    "existsSync",
    "statSync",
    "fstatSync",
    "readdirSync",
    "openSync",
    "lstatSync",
  ],
  ...[
    "createReadStream",
    "readlinkSync",
    "readFile",
    "readdir",
    "stat",
    "realpath",
    "open",
    "Dirent",
    "Stats",
    "FileHandle",
  ],
]);
const BANNED_NAMES = ["utils", "util", "helpers", "helper", "common", "misc"];
const MAXIMUM_LINES = 400;

interface SourceFile {
  path: string;
  layer: string;
  text: string;
  imports: string[];
}

const sources = filesUnder("src", [".ts"]).map(readSource);
const production = sources.filter((source) => !source.path.endsWith(".test.ts"));
const pure = production.filter(
  (source) =>
    PURE_LAYERS.includes(source.layer) && !PURE_EXCEPTIONS.some((exception) => source.path.startsWith(exception)),
);

test("every file of src lies in a folder of the layer table", () => {
  expect(sources.filter((source) => !LAYERS.includes(source.layer)).map((source) => source.path)).toEqual([]);
});

test("a folder imports only from itself and from the layers below it", () => {
  const violations = sources.flatMap((source) =>
    source.imports
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => layerOf(join(dirname(source.path), specifier)))
      .filter((layer) => LAYERS.indexOf(layer) > LAYERS.indexOf(source.layer))
      .map((layer) => `${source.path} imports from ${layer}`),
  );
  expect(violations).toEqual([]);
});

test("nothing in src imports from outside src", () => {
  const violations = production.flatMap((source) =>
    source.imports
      .filter((specifier) => specifier.startsWith("."))
      .filter((specifier) => !join(dirname(source.path), specifier).startsWith("src/"))
      .map((specifier) => `${source.path} imports ${specifier}`),
  );
  expect(violations).toEqual([]);
});

test("the pure layers import no node module", () => {
  const violations = pure.flatMap((source) =>
    source.imports
      .filter((specifier) => specifier.startsWith("node:"))
      .map((specifier) => `${source.path} imports ${specifier}`),
  );
  expect(violations).toEqual([]);
});

test("the pure layers read no clock, draw no unseeded randomness and print nothing", () => {
  const impure = /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|crypto\.getRandomValues|console\.)/;
  expect(pure.filter((source) => impure.test(stripComments(source.text))).map((source) => source.path)).toEqual([]);
});

test("the pure layers keep no mutable state in a module", () => {
  const mutable = /^(?:export )?(?:let|var) /m;
  expect(pure.filter((source) => mutable.test(source.text)).map((source) => source.path)).toEqual([]);
});

test("only src/store/disk.ts changes the disk: every other module imports reading functions alone", () => {
  const violations = production
    .filter((source) => source.path !== "src/store/disk.ts")
    .flatMap((source) => fileFunctionsOf(source.text).map((name) => `${source.path} imports ${name}`))
    .filter((violation) => !READING_FUNCTIONS.has(violation.split(" ").at(-1)!));
  expect(violations).toEqual([]);
});

test("SQLite writes through src/store/annotation-database.ts alone: any other database is in memory", () => {
  const withDatabase = production.filter((source) => /["'](?:node:)?sqlite["']/.test(source.text));
  const paths = ["src/store/annotation-database.ts", "src/store/search-index.ts"];
  expect(withDatabase.map((source) => source.path).sort()).toEqual(paths);
  for (const { path, text } of withDatabase) {
    const places = [...text.matchAll(/new DatabaseSync\(([^,)]*)/g)].map((match) => match[1]);
    expect(places, path).toEqual([path === paths[0] ? "path" : '":memory:"']);
    expect(stripComments(text), path).not.toMatch(/\b(ATTACH|VACUUM|writable_schema|backup\()/i);
  }
});

test("a file is opened for reading wherever it is opened by name", () => {
  const opening = /\bopen(?:Sync)?\((?:[^()]|\([^()]*\))*\)/g;
  const violations = production
    .filter((source) => source.path !== "src/store/disk.ts" && fileFunctionsOf(source.text).some(isOpening))
    .flatMap((source) => [...stripComments(source.text).matchAll(opening)].map(([call]) => `${source.path}: ${call}`))
    .filter((call) => !call.endsWith(', "r")'));
  expect(violations).toEqual([]);
});

test("kernels.ts imports nothing", () => {
  expect(sources.find((source) => source.path === "src/kernels/kernels.ts")?.imports).toEqual([]);
});

test("no file or folder has a name that says nothing", () => {
  const paths = ["src", "test", "bench", "examples", "scripts", "web", "native"].flatMap((folder) =>
    filesUnder(folder),
  );
  const meaningless = paths.filter((path) =>
    path.split("/").some((part) => BANNED_NAMES.includes(basename(part).split(".")[0]!)),
  );
  expect(meaningless).toEqual([]);
});

test("no source file is longer than 400 lines", () => {
  const extensions = [".ts", ".tsx", ".mjs", ".cc", ".h", ".css"];
  const paths = ["src", "test", "bench", "examples", "scripts", "web", "native"].flatMap((folder) =>
    filesUnder(folder, extensions),
  );
  const long = paths
    .map((path) => ({ path, lines: readFileSync(join(ROOT, path), "utf8").trimEnd().split("\n").length }))
    .filter((file) => file.lines > MAXIMUM_LINES);
  expect(long).toEqual([]);
});

function filesUnder(folder: string, extensions?: string[]): string[] {
  return readFolder(join(ROOT, folder))
    .map((path) => relative(ROOT, path).replaceAll("\\", "/"))
    .filter((path) => extensions === undefined || extensions.some((extension) => path.endsWith(extension)));
}

function readFolder(folder: string): string[] {
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(folder);
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? readFolder(path) : [path];
  });
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), "utf8");
  return { path, layer: layerOf(path), text, imports: importsOf(text) };
}

function layerOf(path: string): string {
  return path.replaceAll("\\", "/").split("/")[1] ?? "";
}

function importsOf(text: string): string[] {
  const pattern = /(?:^|[\s;}])(?:from|import)\s*\(?\s*"([^"\n]+)"/g;
  return [...stripComments(text).matchAll(pattern)].map((match) => match[1]!);
}

/** What a file imports from node's file system modules; an import of the whole module counts as `*`. */
function fileFunctionsOf(text: string): string[] {
  const imports = /import\s+(?:type\s+)?([^;]*?)\s+from\s+"(?:node:)?fs(?:\/promises)?"/g;
  const dynamic = /(?:import|require|getBuiltinModule)\(\s*"(?:node:)?fs(?:\/promises)?"\s*\)/;
  const names = [...text.matchAll(imports)].flatMap(([, clause = ""]) =>
    clause.startsWith("{") ? namesIn(clause) : ["*"],
  );
  return dynamic.test(text) ? [...names, "*"] : names;
}

function namesIn(clause: string): string[] {
  const names = clause.replace(/[{}]/g, "").split(",");
  return names
    .map(
      (name) =>
        name
          .trim()
          .replace(/^type /, "")
          .split(" as ")[0]!,
    )
    .filter((name) => name !== "");
}

function isOpening(name: string): boolean {
  return name === "open" || name === "openSync";
}

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
