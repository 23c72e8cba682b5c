import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import "../support/to-be-all-close.ts";
import { readSafetensors } from "../../src/store/safetensors.ts";
import { type CommandResult, runMonosem } from "../support/run-monosem.ts";
import { createRunFolder, runStages } from "../support/small-run.ts";

const run = createRunFolder("exchange");
const folder = mkdtempSync(join(tmpdir(), "monosem-exchange-"));
const exported = join(folder, "main");
const FIXTURE = fileURLToPath(new URL("../parity/fixtures/saelens/v6-standard", import.meta.url));
const STAGES = ["tokenize", "train-model", "harvest", "train-dictionary", "evaluate"] as const;

const take = (from: string, name: string): Promise<CommandResult> =>
  runMonosem(["import", from, "--run", run, "--dictionary", name]);

beforeAll(async () => {
  await runStages({ directory: run, stages: STAGES });
  const { code, stderr } = await runMonosem(["export", "--run", run, "--dictionary", "main", "--to", exported]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
});

afterAll(() => {
  for (const path of [run, folder]) rmSync(path, { recursive: true, force: true });
});

test("a dictionary exported and imported again is judged the same to the last digit", async () => {
  expect(await take(exported, "again")).toMatchObject({ code: 0 });
  const { code, stderr } = await runMonosem(["evaluate", "--run", run, "--dictionary", "again", "--json"]);
  expect(code, stderr).toBe(0);
  const metrics = (name: string) => JSON.parse(readFileSync(join(run, "dictionaries", name, "metrics.json"), "utf8"));
  expect(metrics("again")).toEqual(metrics("main"));
  const sparsity = readSafetensors(join(exported, "sparsity.safetensors")).tensors.get("sparsity")!.data;
  const densities = readSafetensors(join(run, "dictionaries", "main", "densities.safetensors"));
  const counts = densities.tensors.get("counts")!.data;
  const tokens = Number(densities.metadata.tokens);
  expect(sparsity).toBeAllClose(
    Array.from(counts, (count) => Math.log10(count / tokens + 1e-10)),
    { absolute: 1e-4 },
  );
});

test("the layout before version 6 is another cfg.json of the same dictionary", async () => {
  const old = join(folder, "old");
  const { code } = await runMonosem([
    "export",
    "--run",
    run,
    "--dictionary",
    "main",
    "--to",
    old,
    "--layout",
    "before-6",
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(readFileSync(join(old, "cfg.json"), "utf8"))).toMatchObject({
    hook_name: "blocks.0.mlp.hook_post",
    activation_fn_str: "relu",
    d_in: 32,
    d_sae: 48,
  });
  expect(readFileSync(join(old, "sae_weights.safetensors"))).toEqual(
    readFileSync(join(exported, "sae_weights.safetensors")),
  );
});

test.each<[string, () => string, string, RegExp]>([
  ["of another width", () => FIXTURE, "narrow", /reads activations of width 5, but the model's site has 32/],
  ["of a site the model has not", () => withSite("blocks.7.mlp.hook_post"), "far", /blocks\.7/],
  ["under a name that is taken", () => exported, "main", /has a dictionary main already/],
  ["that is not there", () => join(folder, "nothing"), "none", /cfg\.json is missing/],
])("a dictionary %s is refused by one sentence and leaves nothing behind", async (_, from, name, sentence) => {
  const { code, stderr } = await take(from(), name);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  if (name !== "main") expect(existsSync(join(run, "dictionaries", name))).toBe(false);
});

test("nothing is written over: a folder that is not empty is refused", async () => {
  const { code, stderr } = await runMonosem(["export", "--run", run, "--dictionary", "main", "--to", exported]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/is not empty: name a new folder/);
});

function withSite(site: string): string {
  const copy = join(folder, "elsewhere");
  cpSync(exported, copy, { recursive: true });
  const config = JSON.parse(readFileSync(join(copy, "cfg.json"), "utf8"));
  writeFileSync(
    join(copy, "cfg.json"),
    JSON.stringify({ ...config, metadata: { ...config.metadata, hook_name: site } }),
  );
  return copy;
}
