import { rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { createRunFolder, runStages } from "../../test/support/small-run.ts";
import { parseFeatureRecord } from "../features/feature-record.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { answerLive } from "../live/answer-live.ts";
import { parseLiveRequest } from "../live/live-request.ts";
import { openLive } from "./open-live.ts";
import { openRun } from "./open-run.ts";

const folder = createRunFolder("open-live");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a feature's live effect on a token's logit is its activation times the logit weight on its page", async () => {
  const stages = ["tokenize", "train-model", "harvest", "train-dictionary", "features"] as const;
  await runStages({ directory: folder, stages, assignments: ["dictionary.l1=0.05"] });
  const pack = openRun(folder).featurePack();
  expect(pack.header.unusedTokens.length).toBeGreaterThan(20);
  const subject = openLive(folder, "main", createReferenceKernels());
  let compared = 0;
  for (const feature of Array(48).keys()) {
    const { token, weight } = parseFeatureRecord(pack.record(feature)).logits!.positive[0]!;
    const request = parseLiveRequest({
      kind: "explore",
      text: "The cat sat on 27 mats.",
      effects: false,
      nextToken: token,
    });
    for await (const event of answerLive(subject, request)) {
      if (event.kind !== "explored") continue;
      const firings = event.tokens.flatMap(({ features }) => features).filter((firing) => firing.feature === feature);
      for (const { activation, logitEffect } of firings) {
        expect(Math.abs(logitEffect! - activation * weight)).toBeLessThan(1e-5 * activation * weight);
        compared++;
      }
    }
  }
  pack.close();
  expect(compared).toBeGreaterThan(20);
});
