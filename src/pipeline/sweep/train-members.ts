import { freemem } from "node:os";
import { availableMemory } from "node:process";
import { readStageRecord } from "../../store/stage-record.ts";
import { type ActivationSource, openActivationSource } from "../activation-source.ts";
import { type DictionaryTrainer, openDictionaryTrainer } from "../dictionary-trainer.ts";
import type { RunEvent } from "../events.ts";
import { hashInputs, nameRecord, runStage } from "../run-experiment.ts";
import { trainDictionaryStage } from "../stages/train-dictionary.ts";
import { recordTiming } from "../timings.ts";
import { createMemberTally, describeMember, nameEvent } from "./member-tally.ts";
import { groupByStream, splitByMemory } from "./stream-groups.ts";
import type { SweepMember } from "./sweep-members.ts";
import { createMemberContext, type Sweeping } from "./sweeping.ts";
import { trainTogether } from "./train-together.ts";
import { describeMemory, estimateBytes } from "./training-memory.ts";

/** Members that go through one stream together. */
export type Part = readonly SweepMember[];

/** Share of the free memory that is taken at most. */
const MEMORY_SHARE = 0.8;

/** Finds out what is left to train and in which parts; members that are done are verified and left out. */
export async function* planTraining(sweeping: Sweeping): AsyncGenerator<RunEvent, readonly Part[]> {
  const left: SweepMember[] = [];
  for (const member of sweeping.members) {
    const isDone = await isTrained(sweeping, member);
    if (isDone) await keepRecord(sweeping, member, []);
    else left.push(member);
    yield describeMember(member.name, isDone ? "trained" : "waiting");
  }
  if (left.length === 0) return [];
  const groups = groupByStream(left);
  // Whatever a stream cannot give is refused before any member is trained.
  const widths = new Map(groups.flatMap((group) => listWidths(sweeping, group)));
  const available = sweeping.request.memoryBytes ?? MEMORY_SHARE * Math.min(availableMemory(), freemem());
  const bytesOf = (member: SweepMember) => estimateBytes(member.config, widths.get(member)!);
  const parts = groups.flatMap((group) => splitByMemory(group, bytesOf, available));
  const sentence = describeMemory(
    parts.map((part) => part.map(bytesOf)),
    groups.length,
    available,
  );
  yield { kind: "note", stage: "train-dictionary", sentence };
  return parts;
}

/** Trains the members of one part in step on one stream. */
export async function* trainPart(sweeping: Sweeping, part: Part): AsyncGenerator<RunEvent, void> {
  const { kernels, signal, request } = sweeping;
  const source = openSource(sweeping, part[0]!);
  const { bufferRows, epochs } = part[0]!.config;
  const seed = request.experiment.seed;
  const trainers: DictionaryTrainer[] = [];
  for (const member of part) trainers.push(yield* openTrainer(sweeping, member, source));
  const tally = createMemberTally(trainers);
  const open = (options: { batch: number; rows: number; firstBatch: number }) =>
    source.batches({ ...options, bufferRows, epochs, seed });
  for await (const news of trainTogether(kernels, trainers, open, signal)) {
    yield* tally.tell(news);
    if (news.kind === "failed") sweeping.failed.set(news.name, news.error);
    if (news.kind !== "trained") continue;
    const member = part.find(({ name }) => name === news.name)!;
    await keepRecord(sweeping, member, news.files);
    const { vectors, perSecond } = tally.measure(news);
    const timing = { seconds: news.seconds, done: vectors, unit: "vectors", perSecond };
    recordTiming(createMemberContext(sweeping, member).paths.timings, recordName(member), timing);
  }
}

async function isTrained(sweeping: Sweeping, member: SweepMember): Promise<boolean> {
  const record = readStageRecord(sweeping.request.directory, recordName(member));
  return record?.inputs === (await hashTraining(sweeping, member));
}

function listWidths(sweeping: Sweeping, group: Part): (readonly [SweepMember, number])[] {
  const { width } = openSource(sweeping, group[0]!);
  return group.map((member) => [member, width] as const);
}

function openSource(sweeping: Sweeping, member: SweepMember): ActivationSource {
  return openActivationSource(createMemberContext(sweeping, member), member.config);
}

async function* openTrainer(
  sweeping: Sweeping,
  member: SweepMember,
  source: ActivationSource,
): AsyncGenerator<RunEvent, DictionaryTrainer> {
  const { name, config } = member;
  const context = createMemberContext(sweeping, member);
  const inputs = await hashTraining(sweeping, member);
  const opening = openDictionaryTrainer({ context, name, config, source, inputs });
  for (;;) {
    const next = await opening.next();
    if (next.done) return next.value;
    yield nameEvent(name, next.value);
  }
}

/** Keeps the record of a trained member as the stage itself would, or verifies that of one that was trained before. */
async function keepRecord(sweeping: Sweeping, member: SweepMember, files: readonly string[]): Promise<void> {
  const stage = { ...trainDictionaryStage, run: () => returnFiles(files) };
  const inputs = await hashTraining(sweeping, member);
  const keeping = runStage(stage, createMemberContext(sweeping, member), inputs);
  for (;;) {
    const next = await keeping.next();
    if (next.done) return void sweeping.trained.set(member.name, next.value);
  }
}

// biome-ignore lint/correctness/useYield: the work was done before; what is left is its result.
async function* returnFiles(files: readonly string[]): AsyncGenerator<RunEvent, readonly string[]> {
  return files;
}

function hashTraining(sweeping: Sweeping, member: SweepMember): Promise<string> {
  return hashInputs(trainDictionaryStage, createMemberContext(sweeping, member), sweeping.shared);
}

function recordName({ name }: SweepMember): string {
  return nameRecord(trainDictionaryStage, name);
}
