import { expect, test } from "vitest";
import { experimentSchema } from "../experiment.ts";
import { readPreset } from "../presets.ts";
import { readRecipe } from "../recipes.ts";
import { listSweeps, readSweep, sweepConfigSchema } from "./sweep-config.ts";
import { applyFlags, splitValues } from "./sweep-flags.ts";
import { resolveMembers } from "./sweep-members.ts";

const base = experimentSchema.parse({ dictionary: { features: 512, l1: 0.7 } });
const resolve = (sweep: object) => resolveMembers(base, sweepConfigSchema.parse(sweep), "s");
const names = (sweep: object) => resolve(sweep).map(({ name }) => name);

test("a grid is every combination of its axes, each with a readable name and the run's other settings", () => {
  const members = resolve({ vary: { "dictionary.l1": [0.5, 1e-7], "dictionary.learningRate": [0.001, 2] } });
  expect(members.map(({ name }) => name)).toEqual([
    "s-l1-0p5-learning-rate-0p001",
    "s-l1-0p5-learning-rate-2",
    "s-l1-1em7-learning-rate-0p001",
    "s-l1-1em7-learning-rate-2",
  ]);
  expect(members[1]!.config).toEqual({ ...base.dictionary, l1: 0.5, learningRate: 2 });
  expect(members[1]!.varied).toEqual({ "dictionary.l1": 0.5, "dictionary.learningRate": 2 });
});

test("recipes may vary: sizes and seed stay the run's, what is set beside them takes precedence", () => {
  const members = resolve({ set: { "dictionary.batch": 64 }, vary: { recipe: ["paper", "april-2024"] } });
  const [paper, april] = members.map(({ config }) => config);
  expect(members.map(({ name }) => name)).toEqual(["s-recipe-paper", "s-recipe-april-2024"]);
  expect(paper).toMatchObject({ ...readRecipe("paper"), batch: 64, features: 512 });
  expect(april).toMatchObject({ ...readRecipe("april-2024"), batch: 64, features: 512 });
});

test("members change what they name, multiply what they scale, and multiply with what varies", () => {
  const members = resolve({
    set: { "dictionary.activations": 6000, "dictionary.batch": 16 },
    vary: { "dictionary.seed": [0, 1] },
    members: [
      { name: "plain" },
      { name: "longer", times: { "dictionary.activations": 3, "dictionary.learningRate": 0.1 } },
    ],
  });
  expect(members.map(({ name, group }) => [name, group])).toEqual([
    ["s-plain-seed-0", "plain"],
    ["s-plain-seed-1", "plain"],
    ["s-longer-seed-0", "longer"],
    ["s-longer-seed-1", "longer"],
  ]);
  expect(members[3]!.config).toMatchObject({ activations: 18_000, learningRate: 0.0001, seed: 1, batch: 16 });
});

test("objects may vary, and names that would be too long are cut and stay distinct", () => {
  const resampling = (every: number) => ({ kind: "shares", variant: "paper", every, window: every / 2 });
  const [none, shares] = names({ vary: { "dictionary.resampling": [{ kind: "none" }, resampling(0.2)] } });
  expect([none, shares]).toEqual(["s-resampling-none", "s-resampling-shares-paper-0p2-0p1"]);
  const long = { kind: "shares", variant: "paper", at: [0.2, 0.3, 0.4, 0.5], window: 0.1 };
  const cut = names({
    vary: { "dictionary.resampling": [long, { ...long, at: [0.2, 0.3, 0.4, 0.6] }], "dictionary.l1": [1, 2] },
  });
  expect(new Set(cut).size).toBe(4);
  for (const name of cut) expect(name).toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/);
});

test.each([
  [{ vary: { "dictionary.l2": [1] } }, /s-l2-1: unknown field dictionary\.l2 \(did you mean dictionary\.l1\?\)/],
  [{ vary: { fetures: [1] } }, /unknown field fetures \(did you mean dictionary\.features\?\)/],
  [{ vary: { "model.dMlp": [1, 2] } }, /model\.dMlp cannot differ within a sweep/],
  [{}, /no members/],
  [{ vary: { "dictionary.l1": [1, 1.0] } }, /varied over 1 twice/],
  [{ vary: { "dictionary.l1": [1] }, set: { "dictionary.l1": 2 } }, /both set and varied/],
  [{ vary: { recipe: ["papr"] } }, /s-recipe-papr: unknown recipe papr \(did you mean paper\?\)/],
  [{ vary: { "dictionary.kind": ["topk"] } }, /member s-kind-topk: dictionary\.kind topk has no penalty/],
  [{ members: [{ name: "a" }, { name: "b" }] }, /members s-a and s-b are the same dictionary/],
  [{ members: [{ name: "a" }, { name: "a" }] }, /two members named s-a/],
  [{ members: [{ name: "a", times: { "dictionary.site": 2 } }] }, /times dictionary\.site multiplies/],
  [{ vary: { "dictionary.batch": [-1] } }, /s-batch-1: dictionary\.batch/],
])("%j is refused by a sentence", (sweep, sentence) => {
  expect(() => resolve(sweep)).toThrow(sentence);
});

test("flags add axes, replace those of a preset, and set what all members share", () => {
  const sweep = sweepConfigSchema.parse({ vary: { "dictionary.l1": [1] }, set: { "dictionary.k": 3 } });
  const changed = applyFlags(
    sweep,
    ["dictionary.l1=0.5,2", 'dictionary.resampling={"kind":"none"},{"kind":"shares","at":[0.1,0.2],"window":0.1}'],
    ["dictionary.batch=64", "recipe=paper", "evaluation.tokens=5000"],
  );
  expect(changed.vary["dictionary.l1"]).toEqual([0.5, 2]);
  expect(changed.vary["dictionary.resampling"]).toHaveLength(2);
  expect(changed.set).toEqual({ "dictionary.k": 3, "dictionary.batch": 64, recipe: "paper" });
  expect(changed.evaluationTokens).toBe(5000);
});

test("values are cut at commas outside brackets and quotes", () => {
  expect(splitValues("1, 2,3")).toEqual(["1", "2", "3"]);
  expect(splitValues('[1,2],{"a":[3,4]},"x,y"')).toEqual(["[1,2]", '{"a":[3,4]}', '"x,y"']);
  expect(splitValues("")).toEqual([""]);
});

test.each([
  [["dictionary.l1"], [], /--vary dictionary\.l1: wanted FIELD=VALUE/],
  [["dictionary.l1="], [], /no values/],
  [["dictionary.l1=1,,2"], [], /empty value/],
  [["dictionary.l1=1", "dictionary.l1=2"], [], /given twice/],
  [[], ["evaluation.tokens=some"], /wanted a whole number/],
])("flags %j %j are refused by a sentence", (vary, set, sentence) => {
  expect(() => applyFlags(sweepConfigSchema.parse({}), vary, set)).toThrow(sentence);
});

test("every sweep of the tool resolves on the demo and on the tiny run", () => {
  for (const preset of ["demo", "tiny"])
    for (const name of listSweeps()) {
      const experiment = experimentSchema.parse(readPreset(preset));
      expect(resolveMembers(experiment, readSweep(name), name).length).toBeGreaterThan(3);
    }
});

test("an unknown sweep is refused by name", () => {
  expect(() => readSweep("tipps")).toThrow(/unknown sweep tipps \(did you mean tips\?\); there are /);
});
