import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import { answerLive } from "../../src/live/answer-live.ts";
import type { LiveEvent } from "../../src/live/live-event.ts";
import { type LiveRequest, parseLiveRequest } from "../../src/live/live-request.ts";
import { openLive } from "../../src/pipeline/open-live.ts";
import { readSafetensors } from "../../src/store/safetensors.ts";
import { runMonosem } from "../support/run-monosem.ts";
import { createRunFolder, runStages } from "../support/small-run.ts";

const folder = createRunFolder("steer");
const run = join(folder, "small");
const STAGES = ["tokenize", "train-model", "harvest", "train-dictionary", "evaluate"] as const;

beforeAll(async () => {
  await runStages({ directory: run, stages: STAGES, assignments: ["dictionary.l1=0.05"] });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function answerHere(request: unknown): Promise<LiveEvent[]> {
  const subject = openLive(run, "main", createReferenceKernels());
  return Array.fromAsync(answerLive(subject, parseLiveRequest(request) as LiveRequest));
}

async function runJson(...args: string[]) {
  const { code, stdout, stderr } = await runMonosem([...args, "--run", run, "--json", "--backend", "reference"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

const SAMPLING = { temperature: 1, topK: 0, topP: 1 };

test("steer writes four ways, pinned to the largest activation on the paper's prefix unless told otherwise", async () => {
  const { prompt, interventions, samples } = await runJson("steer", "--feature", "3", "--tokens", "6");
  const maxima = readSafetensors(join(run, "dictionaries/main/densities.safetensors")).tensors.get("maxima")!.data;
  expect(interventions).toEqual([{ kind: "pin", feature: 3, value: maxima[3], span: null }]);
  const ways = {
    unsteered: { interventions: [], errorTerm: "keep" },
    keep: { interventions, errorTerm: "keep" },
    drop: { interventions, errorTerm: "drop" },
    dictionaryModel: { interventions: [], errorTerm: "drop" },
  };
  expect(Object.keys(samples)).toEqual(Object.keys(ways));
  expect(prompt).toBe("1,2,3,4,5,6,7,8,9,10");
  for (const [name, way] of Object.entries(ways)) {
    const events = await answerHere({ kind: "steer", prompt, tokens: 6, seed: 0, ...SAMPLING, ...way });
    const drawn = events.flatMap((event) => (event.kind === "token" ? [event.token] : []));
    expect(samples[name].tokens.map(({ token }: { token: number }) => token)).toEqual(drawn);
  }
});

test("steer takes several features, a span, and other ways to change them", async () => {
  const base = ["steer", "--feature", "3", "--tokens", "2", "--prompt", "Hello"];
  const added = await runJson(...base, "--add", "-2.5", "--span", "1:3", "--also", "7=0", "--also", "8=1.5");
  expect(added.interventions).toEqual([
    { kind: "add", feature: 3, amount: -2.5, span: [1, 3] },
    { kind: "pin", feature: 7, value: 0, span: null },
    { kind: "pin", feature: 8, value: 1.5, span: null },
  ]);
  const ablated = await runJson(...base, "--ablate");
  expect(ablated.interventions).toEqual([{ kind: "ablate", feature: 3, span: null }]);
  const { stdout } = await runMonosem([...base, "--run", run, "--pin", "2"]);
  expect(stdout).toContain("feature 3 pinned to 2.000 on all positions");
  for (const title of ["unsteered", "error term kept", "error term dropped", "dictionary model"])
    expect(stdout).toContain(title);
});

test("explore lists each token's features and what they do", async () => {
  const text = "Hello world, this is a text beyond the context";
  const { contexts, tokens } = await runJson("explore", "--text", text, "--effects");
  const events = await answerHere({ kind: "explore", text, effects: true, nextToken: null });
  const explored = events.find((event) => event.kind === "explored")!;
  expect(contexts).toBe(explored.contexts);
  expect(contexts).toBeGreaterThan(1);
  expect(tokens).toEqual(
    JSON.parse(JSON.stringify(explored.tokens)).map((token: object) => expect.objectContaining(token)),
  );
  expect(tokens.map(({ text: shown }: { text: string }) => shown).join("")).toBe(`<|endoftext|>${text}`);
  const { stdout } = await runMonosem(["explore", "--run", run, "--text", text, "--top", "2", "--next", "a"]);
  expect(stdout).toContain("The text is longer than the model's context of 16 tokens");
  expect(stdout).toMatch(/\(logit [+-]\d/);
});

test.each([
  ["no run", ["steer", "--feature", "1"], "--run DIR is missing"],
  ["no feature", ["steer", "--run", run], "--feature N is missing"],
  [
    "a feature that is not there",
    ["steer", "--run", run, "--feature", "48"],
    "there is no feature 48: they are numbered 0 to 47",
  ],
  [
    "a value that is no number",
    ["steer", "--run", run, "--feature", "1", "--pin", "much"],
    "--pin is much, wanted a number",
  ],
  ["two ways at once", ["steer", "--run", run, "--feature", "1", "--pin", "1", "--ablate"], "exclude each other"],
  [
    "a span that ends before it begins",
    ["steer", "--run", run, "--feature", "1", "--span", "4:2"],
    "--span is 4:2, wanted FROM:TO",
  ],
  [
    "another feature without a value",
    ["steer", "--run", run, "--feature", "1", "--also", "4"],
    "--also is 4, wanted a feature and a value",
  ],
  [
    "a value too large to compute with",
    ["steer", "--run", run, "--feature", "1", "--pin", "1e30"],
    "interventions.0.value",
  ],
  [
    "more tokens than may be asked for",
    ["steer", "--run", run, "--feature", "1", "--tokens", "501"],
    "tokens: Too big",
  ],
  [
    "a prompt of white space",
    ["steer", "--run", run, "--feature", "1", "--prompt", "  "],
    "prompt is empty or only white space",
  ],
  ["no text", ["explore", "--run", run], "--text TEXT is missing"],
  ["a text of white space", ["explore", "--run", run, "--text", " "], "text is empty or only white space"],
  [
    "a next token that is several",
    ["explore", "--run", run, "--text", "x", "--next", "Hello world"],
    "tokens, wanted one",
  ],
  ["a folder that is no run", ["explore", "--run", join(folder, "none"), "--text", "x"], "is not a run directory"],
  [
    "a dictionary that is not there",
    ["explore", "--run", run, "--text", "x", "--dictionary", "other"],
    "train-dictionary --run",
  ],
])("%s is refused in one sentence", async (_, args, sentence) => {
  const { code, stdout, stderr } = await runMonosem(args);
  expect(stdout).toBe("");
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(code).toBeGreaterThan(0);
});
