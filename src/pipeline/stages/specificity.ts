import type { ProxyProfiles, ShownGrid, Specificity } from "../../analysis/specificity.ts";
import { UserError } from "../../numerics/user-error.ts";
import { writeAtomically, writeJson } from "../../store/write-atomically.ts";
import { describeSource } from "../analysis-source.ts";
import { addLogits, classifyAll, measurePinning, showGrids } from "../describe-matches.ts";
import type { RunEvent } from "../events.ts";
import { resolveProxies } from "../proxies.ts";
import { markAll, openProxySubject, type ProxySubject, search } from "../proxy-subject.ts";
import type { Stage, StageContext } from "../stage.ts";

/** How specific a dictionary's features, and the neurons, are to scripts, kinds of text and other proxies. */
export const specificityStage: Stage = {
  name: "specificity",
  needs: ["tokenize", "train-model", "train-dictionary"],
  perDictionary: true,
  inputs: ({ experiment, proxies = resolveProxies([]) }) => ({
    proxies,
    tokens: experiment.analyses.tokens,
    site: experiment.dictionary.site,
    measures: ["matches", "logits", "pinning", "examples"],
  }),
  run: runSpecificity,
};

async function* runSpecificity(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const subject = openProxySubject("specificity", context, context.proxies ?? resolveProxies([]));
  const truths = yield* markAll(context, subject);
  refuseAbsent(context, subject, truths);
  const found = yield* search(context, subject, truths);
  const classes = classifyAll(subject, truths);
  const profiles = await addLogits(context, subject, found.profiles, classes);
  const pinning = yield* measurePinning(context, subject, found.specificity, profiles, classes);
  yield { kind: "note", stage: "specificity", sentence: summarise(found.specificity) };
  const grids = showGrids(subject, found.grids, profiles);
  return writeSpecificity(context, subject, { ...found.specificity, pinning }, profiles, grids);
}

/** A `UserError` where proxies that were asked for are in none of the text; a run of its own goes on without those it has not. */
function refuseAbsent(context: StageContext, { proxies }: ProxySubject, truths: readonly Uint8Array[]): void {
  if (context.proxies === undefined || truths.some((truth) => truth.includes(1))) return;
  const names = proxies.map(({ name }) => name).join(", ");
  throw new UserError(
    `no token of the held-out text belongs to ${names}: name another proxy, or hold out text that has it`,
  );
}

async function writeSpecificity(
  context: StageContext,
  { dictionary, text }: ProxySubject,
  specificity: Specificity,
  profiles: readonly ProxyProfiles[],
  grids: readonly ShownGrid[],
): Promise<readonly string[]> {
  const { paths, dictionaryName } = context;
  const from = await describeSource(context, dictionary, text.stream);
  const files = [
    paths.analysis("specificity", dictionaryName),
    paths.analysis("specificity-profiles", dictionaryName),
    paths.analysis("specificity-examples", dictionaryName),
  ] as const;
  writeJson(files[0], { ...from, ...specificity });
  writeAtomically(files[1], JSON.stringify({ ...from, profiles }));
  writeAtomically(files[2], JSON.stringify({ ...from, grids }));
  return files;
}

/** The proxies that one feature or a union stands for best. */
function summarise({ findings }: Specificity): string {
  const found = findings.flatMap((finding) =>
    finding.kind === "searched" && finding.union !== null ? [{ title: finding.title, ...finding.union }] : [],
  );
  if (found.length === 0) return "no feature fires on any of the proxies";
  const best = found.sort((a, b) => b.f1 - a.f1).slice(0, 6);
  return `features for ${best.map(({ title, f1, features }) => `${title} F1 ${f1.toFixed(2)} by ${features.length}`).join(", ")}`;
}
