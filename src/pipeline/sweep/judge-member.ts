import { hasModelMetrics, headlineLossRecovered } from "../../metrics/dictionary-metrics.ts";
import { readAllMetrics } from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { hashInputs, runStage } from "../run-experiment.ts";
import { evaluateStage } from "../stages/evaluate.ts";
import { featuresStage } from "../stages/features.ts";
import { describeMember, nameEvent } from "./member-tally.ts";
import type { SweepMember } from "./sweep-members.ts";
import { createMemberContext, type Sweeping } from "./sweeping.ts";

/** Builds the pages of a trained member's features, unless that was done. */
export async function* showMember(sweeping: Sweeping, member: SweepMember): AsyncGenerator<RunEvent, void> {
  const context = createMemberContext(sweeping, member);
  const records = new Map([...sweeping.shared, ["train-dictionary", sweeping.trained.get(member.name)!]] as const);
  for await (const event of runStage(featuresStage, context, await hashInputs(featuresStage, context, records)))
    if (event.kind !== "stage-started" && event.kind !== "stage-finished") yield nameEvent(member.name, event);
}

/** Judges a trained member on held-out text, unless that was done. */
export async function* judgeMember(sweeping: Sweeping, member: SweepMember): AsyncGenerator<RunEvent, void> {
  const context = createMemberContext(sweeping, member);
  const records = new Map([...sweeping.shared, ["train-dictionary", sweeping.trained.get(member.name)!]] as const);
  yield describeMember(member.name, "judging");
  for await (const event of runStage(evaluateStage, context, await hashInputs(evaluateStage, context, records)))
    if (event.kind === "progress" || event.kind === "note") yield nameEvent(member.name, event);
  sweeping.judged.add(member.name);
  const metrics = readAllMetrics(context.paths.dictionary(member.name));
  const recovered = hasModelMetrics(metrics) ? { "loss recovered": headlineLossRecovered(metrics) } : {};
  const figures = { L0: metrics.l0, ...recovered, "explained variance": metrics.explainedVariance };
  yield describeMember(member.name, "judged", figures);
}
