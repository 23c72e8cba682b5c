import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const MINUTES = 60_000;

const folder = mkdtempSync(join(tmpdir(), "monosem-package-"));
let installed: string;

beforeAll(() => {
  run(process.execPath, ["scripts/setup.mjs", "build"], ROOT);
  npm(["pack", join(ROOT, "dist"), "--pack-destination", folder]);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  npm(["install", `./${tarball}`, "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]);
  installed = join(folder, "node_modules", "monosem");
}, 5 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the installed package carries no TypeScript source, no pinned runtime and no development dependency", () => {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  expect(manifest).not.toHaveProperty("devDependencies");
  expect(manifest).not.toHaveProperty("optionalDependencies");
  expect(readdirSync(join(installed, "lib"), { recursive: true }).filter((path) => isSource(String(path)))).toEqual([]);
  for (const path of ["LICENSE", "README.md", "web/index.html", "presets/tiny.json", "scripts/build-native.mjs"]) {
    expect(existsSync(join(installed, path)), path).toBe(true);
  }
});

test("the installed command prints its help and its version", () => {
  expect(monosem(["--help"])).toContain("monosem COMMAND [options]");
  expect(monosem(["--version"]).trim()).toBe(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version);
});

test("the installed library can be imported by its name", () => {
  const script = 'console.log(Object.keys(await import("monosem")).length > 0)';
  expect(run(process.execPath, ["--input-type=module", "--eval", script], folder).trim()).toBe("true");
});

test("the installed library carries its types", () => {
  const script = 'import { selectKernels } from "monosem";\nexport const wrong: number = await selectKernels();\n';
  writeFileSync(join(folder, "wrong.mts"), script);
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const flags = ["--noEmit", "--strict", "--skipLibCheck", "--target", "esnext", "--module", "nodenext"];
  const { stdout } = spawnSync(process.execPath, [compiler, ...flags, "wrong.mts"], { cwd: folder, encoding: "utf8" });
  expect(stdout).toMatch(/wrong\.mts\(2,14\): error TS2322: Type 'Kernels' is not assignable to type 'number'/);
});

test(
  "the installed command runs a whole experiment in its worker thread",
  () => {
    const corpus = join(folder, "corpus.jsonl");
    writeFileSync(corpus, renderCorpus());
    const smaller = [
      "corpus.vocabulary=300",
      "model.dModel=16",
      "model.heads=2",
      "model.dMlp=32",
      "model.contextLength=16",
      "training.tokens=8192",
      "dictionary.features=64",
      "dictionary.activations=8192",
      "dictionary.bufferRows=4096",
      "dictionary.tokensPerContext=16",
      "evaluation.tokens=2000",
      "features.tokens=2000",
    ].flatMap((assignment) => ["--set", assignment]);
    monosem([
      "run",
      "--preset",
      "tiny",
      "--run",
      "run",
      "--corpus",
      corpus,
      "--backend",
      "reference",
      "--json",
      ...smaller,
    ]);
    const report = JSON.parse(readFileSync(join(folder, "run", "report.json"), "utf8"));
    expect(report.dictionary.features).toBe(64);
    expect(report.model.validationLoss).toBeGreaterThan(0);
  },
  5 * MINUTES,
);

function isSource(path: string): boolean {
  return path.endsWith(".ts") && !path.endsWith(".d.ts");
}

/** Documents of a few words in an order that a bigram model can learn a little about. */
function renderCorpus(): string {
  const words = ["river", "stone", "window", "letter", "garden", "engine", "paper", "signal"];
  const paragraph = (index: number) =>
    Array.from({ length: 60 }, (_, word) => words[(word * word + index * 7 + word * index) % words.length]).join(" ");
  return Array.from({ length: 400 }, (_, index) => JSON.stringify({ text: paragraph(index) })).join("\n");
}

function monosem(args: string[]): string {
  const name = process.platform === "win32" ? "monosem.cmd" : "monosem";
  return run(join(folder, "node_modules", ".bin", name), args, folder);
}

function npm(args: string[]): string {
  const cli = process.env.npm_execpath;
  if (cli === undefined || basename(cli) !== "npm-cli.js") return run("npm", args, folder);
  return run(process.env.npm_node_execpath ?? process.execPath, [cli, ...args], folder);
}

/** Standard output of a command that must succeed; the first `node` it finds is the one that runs these tests. */
function run(command: string, args: string[], cwd: string): string {
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
  return execFileSync(command, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: path },
  });
}
