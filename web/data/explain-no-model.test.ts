import { expect, test } from "vitest";
import { resolveExperiment } from "../../src/pipeline/experiment.ts";
import { readPreset } from "../../src/pipeline/presets.ts";
import type { RunProgress } from "../../src/pipeline/progress-recorder.ts";
import type { FeaturePackHeader } from "../../src/store/feature-pack.ts";
import { explainNoModel } from "./explain-no-model.ts";

const experiment = resolveExperiment(readPreset("tiny"), [], "the preset tiny");
const progress = (state: "running" | "finished") => ({ state }) as RunProgress;
const pack = (partial: boolean) => ({ partial }) as FeaturePackHeader;

test("a dictionary with its model can be tried, also while the run goes on with something else", () => {
  expect(explainNoModel({ experiment, progress: progress("finished") }, { pack: pack(false) })).toBeUndefined();
  expect(explainNoModel({ experiment, progress: progress("running") }, { pack: pack(false) })).toBeUndefined();
});

test("while it learns, it passes; without a model it does not", () => {
  expect(explainNoModel({ experiment, progress: progress("running") }, { pack: pack(true) })?.passes).toBe(true);
  expect(explainNoModel({ experiment, progress: progress("running") }, { pack: null })?.passes).toBe(true);
  const given = { ...experiment, activations: { ...experiment.activations, files: ["a.npy"] } };
  expect(explainNoModel({ experiment: given, progress: progress("finished") }, { pack: pack(false) })).toMatchObject({
    passes: false,
  });
});
