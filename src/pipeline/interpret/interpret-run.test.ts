import { readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyRun, createRunFolder, runStages } from "../../../test/support/small-run.ts";
import { type InterpretMethod, ruleMethod } from "../../interpret/interpret-method.ts";
import { selectKernels } from "../../kernels/select.ts";
import { openAnnotations } from "../../store/annotations.ts";
import { RUN_FORMAT, runPaths } from "../../store/run-directory.ts";
import { writeJson } from "../../store/write-atomically.ts";
import { experimentSchema } from "../experiment.ts";
import { Interrupted } from "../stage.ts";
import { type InterpretEvent, type InterpretResult, interpretRun } from "./interpret-run.ts";
import { type Interpretation, parseInterpretation } from "./interpretation-file.ts";

const made = createRunFolder("interpret-made");
const directory = createRunFolder("interpret");
const kernels = await selectKernels({ backend: "auto", threads: 1 });
const signal = new AbortController().signal;

beforeAll(async () => {
  const stages = ["tokenize", "train-model", "harvest", "train-dictionary", "features"] as const;
  await runStages({ directory: made, stages, assignments: ["features.tokens=3000", "dictionary.l1=0.01"] });
});
afterAll(() => [made, directory].forEach((folder) => void rmSync(folder, { recursive: true, force: true })));

/** The built-in method, which counts how often it is asked. */
function createCounted(): InterpretMethod & { readonly asked: () => number } {
  let asked = 0;
  const answer: InterpretMethod["answer"] = (questions, abort) => {
    asked++;
    return ruleMethod.answer(questions, abort);
  };
  return { ...ruleMethod, answer, asked: () => asked };
}

interface Changes {
  readonly features?: number;
  readonly seed?: number;
  readonly method?: InterpretMethod;
  readonly controls?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: InterpretEvent) => void;
}

async function interpret(changes: Changes = {}): Promise<InterpretResult> {
  const { features = 6, seed = 0, method = ruleMethod, controls = [], onEvent } = changes;
  const request = { directory, dictionary: "main", features, seed, method, kernels, controls };
  const events = interpretRun(request, changes.signal ?? signal);
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value;
    onEvent?.(next.value);
  }
}

test("a sample of features is explained, scored and kept, and its explanations are among the run's labels", async () => {
  copyRun(made, directory);
  const events: InterpretEvent[] = [];
  const result = await interpret({ onEvent: (event) => events.push(event) });
  const explained = events.filter((event) => event.kind === "explained");
  expect(explained).toHaveLength(6);
  expect(result.summary.features).toBe(6);
  expect(events.filter((event) => event.kind === "progress").at(-1)).toMatchObject({ done: 6, total: 6 });
  const annotations = openAnnotations(runPaths(directory).labels);
  const { explanations } = annotations.read("main", "");
  annotations.close();
  for (const { feature, explanation, scores } of explained) {
    const kept = explanations.find((one) => one.feature === feature)!;
    expect(kept).toMatchObject({ text: explanation, score: scores.spearman, method: "rules 1", stale: false });
  }
});

test("the kept examples are those of the score, true and predicted", async () => {
  copyRun(made, directory);
  const { path, summary } = await interpret({ features: 4 });
  const { features } = parseInterpretation(readFileSync(path, "utf8"))!;
  expect(features).toHaveLength(4);
  for (const { examples, scores } of features) {
    const numbers = (texts: readonly (string | null)[]) => texts.flatMap((text) => text!.split(" ").map(Number));
    const [actual, predicted] = [
      numbers(examples.map(({ levels }) => levels)),
      numbers(examples.map((example) => example.predicted)),
    ];
    expect(examples.length).toBeGreaterThan(20);
    expect(numbers(examples.map(({ tokens }) => tokens))).toHaveLength(actual.length);
    expect(scores.spearman).toBeCloseTo(correlateRanks(predicted, actual), 2);
  }
  expect(summary.features).toBe(4);
});

/** Spearman as it is defined: Pearson of mean ranks, counted one by one; 0 of a constant. */
function correlateRanks(a: readonly number[], b: readonly number[]): number {
  const rank = (values: readonly number[]) =>
    values.map(
      (value) => values.filter((other) => other < value).length + values.filter((other) => other === value).length / 2,
    );
  const [x, y] = [rank(a), rank(b)];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, i) => (value - mx) * (y[i]! - my)));
  const spread = Math.sqrt(mean(x.map((value) => (value - mx) ** 2)) * mean(y.map((value) => (value - my) ** 2)));
  return spread === 0 ? 0 : covariance / spread;
}

test("what the same method gave on the same text is told beside, of controls as such, and nothing else", async () => {
  copyRun(made, directory);
  const { path } = await interpret({ features: 3 });
  const own = parseInterpretation(readFileSync(path, "utf8"))!;
  const control = `${directory}-control`;
  writeJson(runPaths(control).config, {
    format: RUN_FORMAT,
    experiment: experimentSchema.parse({ training: { control: "shuffled-weights" } }),
  });
  const keep = (folder: string, change: Partial<Interpretation>) => {
    const changed = { ...own, ...change };
    writeJson(runPaths(folder).interpretation(changed.dictionary, changed.method), changed);
  };
  keep(directory, { dictionary: "neurons" });
  keep(directory, { dictionary: "neurons", method: "another 1" });
  keep(control, { dictionary: "main", features: own.features.slice(0, 2) });
  keep(control, { dictionary: "wide", tokensSha256: "another text" });
  const { beside } = await interpret({ features: 3, controls: [control] });
  rmSync(control, { recursive: true });
  expect(beside.map((one) => [one.dictionary, one.control, one.summary.features])).toEqual([
    ["neurons", false, 3],
    ["main", true, 2],
  ]);
});

test("stopped and started again it asks about no feature twice, and ends with the same bytes", async () => {
  copyRun(made, directory);
  const { path } = await interpret();
  const uninterrupted = readFileSync(path, "utf8");
  copyRun(made, directory);
  const controller = new AbortController();
  const method = createCounted();
  let explained = 0;
  const stop = (event: InterpretEvent) => {
    if (event.kind === "explained" && ++explained === 2) controller.abort();
  };
  await expect(interpret({ method, signal: controller.signal, onEvent: stop })).rejects.toThrow(Interrupted);
  expect(explained).toBeLessThan(6);
  await interpret({ method });
  expect(method.asked()).toBe(6);
  expect(readFileSync(path, "utf8")).toBe(uninterrupted);
});

test("a larger sample adds to the smaller one, the same one asks nothing, another seed is another sample", async () => {
  copyRun(made, directory);
  await interpret({ features: 3 });
  const method = createCounted();
  expect((await interpret({ features: 5, method })).summary.features).toBe(5);
  expect(method.asked()).toBe(2);
  expect((await interpret({ features: 3, method })).summary.features).toBe(3);
  expect(method.asked()).toBe(2);
  await interpret({ features: 3, seed: 1, method });
  expect(method.asked()).toBe(5);
});

test("what a method fails at ends the command, and keeps what was explained before", async () => {
  copyRun(made, directory);
  let asked = 0;
  const failing: InterpretMethod = {
    ...ruleMethod,
    answer: async (questions, abort) => {
      if (++asked === 3) throw new Error("the method broke");
      return await ruleMethod.answer(questions, abort);
    },
  };
  await expect(interpret({ method: failing })).rejects.toThrow("the method broke");
  const method = createCounted();
  await interpret({ method });
  expect(method.asked()).toBe(4);
});

test("a run without feature pages is told which command makes them", async () => {
  copyRun(made, directory);
  rmSync(runPaths(directory).dictionary("main").pack, { recursive: true });
  await expect(interpret()).rejects.toThrow(/pack is missing: make it with monosem features/);
});
