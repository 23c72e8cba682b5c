import { describe, expect, test } from "vitest";
import { createFakeLog, type FakeTraining, HEALTHY } from "../../test/support/fake-training.ts";
import type { Finding } from "./diagnose-finding.ts";
import { diagnoseTraining } from "./doctor.ts";
import { createTrainingRecord, type TrainingRecord } from "./training-record.ts";

function diagnose(changes: Partial<FakeTraining>, outcome: Partial<TrainingRecord> = {}): Finding[] {
  return diagnoseTraining(createTrainingRecord(createFakeLog(changes), { resampling: "none", ...outcome }));
}

const rulesOf = (findings: readonly Finding[]) => findings.map(({ rule }) => rule);

describe("a healthy training", () => {
  test.each([0, 0.001, 0.025, 0.05, 0.1, 0.3, 0.5, 0.75, 1])("has no finding when %f of it is done", (until) => {
    expect(diagnose({ until })).toEqual([]);
  });

  test("of a larger L0, of other sizes, without a model, or without looks has none either", () => {
    expect(diagnose({ logDensity: () => -2.6, spread: 0.35 })).toEqual([]);
    expect(diagnose({ features: 200, width: 128, logDensity: () => -2.4, spread: 0.3 })).toEqual([]);
    expect(diagnose({ lossRecovered: null })).toEqual([]);
    expect(diagnose({ looks: 0 })).toEqual([]);
  });

  test("whose features were resampled with a spike that healed has none", () => {
    const reconstruction = (done: number) =>
      HEALTHY.reconstruction(done) + (done > 0.3 ? 9 * Math.exp(-(done - 0.3) / 0.02) : 0);
    expect(diagnose({ reconstruction, resamples: [{ step: 600, features: 50 }] }, { resampling: "shares" })).toEqual(
      [],
    );
  });
});

describe("everything dead", () => {
  const dead = { silent: () => 0.97, logDensity: () => -4.5, reconstruction: () => 80 };

  test("under a strong penalty is the penalty's work, and nothing else is said", () => {
    const findings = diagnose({ ...dead, l1: 50 });
    expect(rulesOf(findings)).toEqual(["everything-dead"]);
    expect(findings[0]).toMatchObject({ severity: "problem", title: expect.stringContaining("L1 is too high") });
    expect(findings[0]!.saw).toMatch(/97\.1 % of 1,024 features were silent over the last 50,000 vectors.* L1 50 /);
    expect(findings[0]!.remedies[0]).toContain("dictionary.l1=5");
  });

  test("under a weak penalty is not", () => {
    const [finding] = diagnose({ ...dead, l1: 0.01, learningRate: 0.5 });
    expect(finding).toMatchObject({ rule: "everything-dead", title: expect.stringContaining("not by the penalty") });
    expect(finding!.remedies[0]).toContain("dictionary.learningRate=0.05");
  });
});

describe("too little sparsity", () => {
  test("many features above 1 % mean a penalty that is too low, the more the worse", () => {
    const severities = [-2.45, -2.2, -1.8].map((exponent) => {
      const [finding] = diagnose({ features: 4096, looks: 4, logDensity: () => exponent, spread: 0.4 });
      return [finding?.rule, finding?.severity];
    });
    expect(severities).toEqual([
      ["too-dense", "note"],
      ["too-dense", "warning"],
      ["too-dense", "problem"],
    ]);
    const [finding] = diagnose({ logDensity: () => -1.8, l1: 0.001 });
    expect(finding!.remedies[0]).toContain("dictionary.l1=0.01");
  });

  test("a top-k dictionary, which has no penalty, is told about k", () => {
    expect(diagnose({ logDensity: () => -1.8, l1: 0 })[0]!.remedies[0]).toContain("dictionary.k");
  });

  test("an L0 near the number of neurons is worth no more than the neurons", () => {
    const many = { features: 16_384, looks: 4, logDensity: () => -2.2, spread: 0.05 };
    const [finding] = diagnose(many);
    expect(finding).toMatchObject({ rule: "large-l0", severity: "warning" });
    expect(finding!.saw).toMatch(/10[0-9] features are active per vector of 512 numbers, (19|20)\.\d % of them/);
    expect(diagnose({ ...many, width: 256 })[0]).toMatchObject({ rule: "large-l0", severity: "problem" });
  });

  test("a single feature that fires nearly everywhere is a note", () => {
    const [finding, ...others] = diagnose({ logDensity: () => -3, spread: 0.63 });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      rule: "dense-features",
      severity: "note",
      title: "One feature fires nearly everywhere",
    });
  });

  test("while the penalty warms up nothing is said about it", () => {
    expect(diagnose({ logDensity: () => -1.5, until: 0.2 })).toEqual([]);
  });
});

describe("silence", () => {
  test("that grows points at the learning rate and what else lets features die", () => {
    const [finding, ...others] = diagnose({ silent: (done) => 0.02 + 0.25 * done, ultralow: () => 0 });
    expect(finding).toMatchObject({
      rule: "silent-features",
      severity: "warning",
      title: "More and more features fall silent",
    });
    expect(finding!.saw).toMatch(/21\.\d % of 1,024 features .* it was [567]\.\d %/);
    expect(finding!.remedies.join()).toMatch(/learningRate=0\.000333.*resampling=/);
    expect(rulesOf(others)).toEqual(["two-modes"]);
  });

  test("of more than half of them is a problem, and where resampling is on already it is not proposed", () => {
    const found = diagnose(
      { silent: (done) => 0.75 * done, resamples: [{ step: 100, features: 3 }] },
      { resampling: "shares" },
    );
    expect(found[0]).toMatchObject({ rule: "silent-features", severity: "problem" });
    expect(found[0]!.remedies.join()).not.toContain("resampling=");
  });

  test("that was there from the start is told apart", () => {
    expect(diagnose({ silent: () => 0.3 })[0]).toMatchObject({ title: "Many features are silent" });
  });

  test("that stays small is nothing", () => {
    expect(rulesOf(diagnose({ silent: (done) => 0.08 * done }))).not.toContain("silent-features");
  });
});

describe("two modes", () => {
  test("of the densities are told with all three separations", () => {
    const [finding, ...others] = diagnose({ ultralow: () => 0.2 });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ rule: "two-modes", severity: "warning" });
    expect(finding!.saw).toMatch(/2[0-3]\d of 1,024 features/);
    expect(finding!.saw).toMatch(/encoder bias -0\.[89]\d* against -0\.[12]\d*/);
    expect(finding!.saw).toMatch(/row 0\.3\d* against 0\.[78]\d*/);
  });

  test("of a few features are a note", () => {
    expect(diagnose({ silent: () => 0.02, ultralow: () => 0.05 })[0]).toMatchObject({
      rule: "two-modes",
      severity: "note",
    });
  });
});

describe("divergence", () => {
  test.each([
    [
      "worse than answering with zeros",
      { reconstruction: (done: number) => 24 + 300 * done },
      /squared error is 3\d\d.*about 90\.3/,
    ],
    [
      "a loss that rises",
      { reconstruction: (done: number) => (done < 0.4 ? 5 : 5 + 40 * (done - 0.4)) },
      /has risen from [\d.]+ to [\d.]+/,
    ],
  ])("is seen in %s", (_, changes, saw) => {
    const findings = diagnose({ ...changes, learningRate: 1 });
    expect(findings[0]).toMatchObject({ rule: "diverged", severity: "problem" });
    expect(findings[0]!.saw).toMatch(saw);
    expect(findings[0]!.remedies[0]).toContain("dictionary.learningRate=0.1");
  });

  test("is seen in a loss that is not a number, and in the sentence a run ended with", () => {
    const lines = createFakeLog({ until: 0.2 }).map((line) => (line.step === 200 ? { ...line, loss: null } : line));
    expect(diagnoseTraining(createTrainingRecord(lines))[0]).toMatchObject({
      rule: "diverged",
      saw: expect.stringContaining("not a number at step 200 of 2,000"),
    });
    const failure = "The dictionary's loss is not finite (NaN) at step 7: training diverged";
    expect(diagnose({ until: 0 }, { failure })[0]).toMatchObject({
      rule: "diverged",
      saw: expect.stringContaining("NaN"),
    });
    expect(diagnose({}, { failure: "no space left" })).toEqual([]);
  });

  test("is not what a penalty does to the loss as it warms up", () => {
    expect(diagnose({ l1: 3, silent: () => 0.02 })).toEqual([]);
  });
});

describe("resampling", () => {
  const spike = (left: number) => (done: number) =>
    HEALTHY.reconstruction(done) + (done > 0.3 ? left + 9 * Math.exp(-(done - 0.3) / 0.02) : 0);
  const resamples = [{ step: 600, features: 50 }];

  test("whose spike does not heal is told with its three numbers", () => {
    const findings = diagnose({ reconstruction: spike(2), resamples }, { resampling: "shares" });
    const finding = findings.find(({ rule }) => rule === "unhealed-spike");
    expect(finding!.saw).toMatch(
      /At step 600 50 features .* from 4\.\d+ to 1\d\.?\d* and was still [56]\.\d+ 1,400 steps later/,
    );
    expect(rulesOf(diagnose({ reconstruction: spike(0.1), resamples }, { resampling: "shares" }))).toEqual([]);
  });

  test("that never happens, or finds nothing, while features are silent is told", () => {
    const changes = { silent: () => 0.09 };
    expect(diagnose(changes, { resampling: "steps" })[0]).toMatchObject({
      rule: "idle-resampling",
      saw: expect.stringContaining("No resampling has happened"),
    });
    const early = { ...changes, resamples: [50, 100, 150, 200].map((step) => ({ step, features: 0 })) };
    expect(diagnose(early, { resampling: "shares" })[0]!.saw).toContain(
      "4 resamplings, the last at step 200, found nothing dead",
    );
    const others = [
      diagnose({ ...changes, resamples }, { resampling: "shares" }),
      diagnose(changes, { resampling: "none" }),
      diagnose({ silent: () => 0.02 }, { resampling: "steps" }),
    ];
    expect(others.flatMap(rulesOf)).not.toContain("idle-resampling");
  });
});

describe("fidelity", () => {
  test("baselines that disagree are told with the lower as the headline, the whole judgement before the sample", () => {
    const lossRecovered = () => ({ zero: 0.95, mean: 0.8 });
    const [finding] = diagnose({ lossRecovered });
    expect(finding).toMatchObject({
      rule: "disagreeing-baselines",
      severity: "warning",
      title: expect.stringContaining("80.0 %"),
    });
    expect(finding!.saw).toContain("on a small sample");
    const judged = diagnose({ lossRecovered }, { metrics: { lossRecovered: { zero: 0.9, mean: 0.95 } } });
    expect(judged[0]).toMatchObject({ severity: "note", means: expect.stringContaining("against zero ablation") });
    expect(diagnose({ lossRecovered: () => ({ zero: 0.95, mean: 0.94 }) })).toEqual([]);
  });

  test("a dictionary that loses half of what the model uses is warned of", () => {
    const [finding] = diagnose({ lossRecovered: () => ({ zero: 0.5, mean: 0.51 }) });
    expect(finding).toMatchObject({ rule: "poor-recovery", severity: "warning" });
    expect(diagnose({ lossRecovered: () => ({ zero: -2, mean: -2 }) })[0]).toMatchObject({ severity: "problem" });
    const [blind] = diagnose({ lossRecovered: null, reconstruction: () => 80 });
    expect(blind).toMatchObject({ rule: "poor-recovery", saw: expect.stringContaining("that of zeros about 90.3") });
  });
});

test("a training that ends while its loss still falls could go on", () => {
  const [finding, ...others] = diagnose({ reconstruction: (done) => 60 - 50 * done });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ rule: "unfinished", severity: "note" });
  expect(finding!.remedies[0]).toContain("dictionary.activations=6000000");
  expect(diagnose({ reconstruction: (done) => 60 - 50 * done, until: 0.9 })).toEqual([]);
});

test("findings are sorted by severity, and each says what it saw, means, what to try and where it is known from", () => {
  const findings = diagnose({
    silent: (done) => 0.75 * done,
    lossRecovered: () => ({ zero: 0.95, mean: 0.92 }),
    reconstruction: (done) => 60 - 50 * done,
  });
  expect(findings.map(({ severity }) => severity)).toEqual(
    findings.map(({ severity }) => severity).toSorted((a, b) => "pwn".indexOf(a[0]!) - "pwn".indexOf(b[0]!)),
  );
  expect(findings.length).toBeGreaterThanOrEqual(3);
  for (const { saw, means, remedies, source } of findings)
    for (const text of [saw, means, ...remedies, source]) expect(text).toMatch(/^[^{}]*(\{"kind".*\})?[^{}]*$/);
  expect(JSON.stringify(findings)).not.toMatch(/NaN|undefined|Infinity/);
});
