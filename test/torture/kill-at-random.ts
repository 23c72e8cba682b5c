import { rmSync } from "node:fs";
import { type EndedProcess, runProcess } from "../support/killed-process.ts";
import { copyRun } from "../support/small-run.ts";
import {
  isIdentical,
  prepareVictim,
  type TorturePlan,
  type TortureResult,
  TRAINING_STAGES,
  type Victim,
} from "./torture-plan.ts";

const INTERVAL = 25;
const LOG_EVERY = 5;

/** Runs of several seconds, long enough to be killed some ten times each. */
const LONG = {
  "train-model": [
    ...["training.tokens=192000", `training.checkpointEvery=${INTERVAL}`, `training.logEvery=${LOG_EVERY}`],
    ...["corpus.builtinBytes=200000", "training.validateEvery=500"],
  ],
  "train-dictionary": [
    ...["dictionary.features=512", "dictionary.batch=64", "dictionary.activations=96000", "corpus.builtinBytes=600000"],
    ...[`dictionary.checkpointEvery=${INTERVAL}`, `dictionary.logEvery=${LOG_EVERY}`, "dictionary.bufferRows=4096"],
    'dictionary.resampling={"kind":"steps","at":[300,600,900],"window":100,"inputs":256}',
  ],
} as const;
const DEATHS_PER_RUN = 14;

interface Tally {
  kills: number;
  runs: number;
  identical: number;
  mostLost: number;
  readonly startMs: number[];
}

/** SIGKILL at random times, exponentially distributed, until the run is through. */
export async function* tortureAtRandom(plan: TorturePlan): AsyncGenerator<TortureResult> {
  const random = createRandom(plan.seed);
  for (const stage of TRAINING_STAGES) {
    const victim = await prepareVictim(stage, LONG[stage]);
    const tally: Tally = { kills: 0, runs: 0, identical: 0, mostLost: 0, startMs: [] };
    const meanMs = await measureMeanLife(victim);
    while (tally.kills < plan.kills / TRAINING_STAGES.length && Date.now() < plan.deadline)
      await tormentRun(victim, tally, () => -meanMs * Math.log(1 - random()));
    rmSync(victim.root, { recursive: true });
    yield {
      what: `SIGKILL at random, ${stage}`,
      tested: tally.runs,
      identical: tally.identical,
      note: describe(tally),
    };
  }
}

/** A process lives long enough to start and, on average, for a fourteenth of the work: the last life is longer than that. */
async function measureMeanLife({ root, prepared, stage }: Victim): Promise<number> {
  copyRun(prepared, `${root}/timed`);
  const began = Date.now();
  const { startMs = 0 } = await runProcess(`${root}/timed`, stage);
  return startMs + (Date.now() - began - startMs) / DEATHS_PER_RUN;
}

async function tormentRun({ root, prepared, stage, wanted }: Victim, tally: Tally, draw: () => number): Promise<void> {
  const directory = `${root}/broken`;
  copyRun(prepared, directory);
  let reached = 0;
  for (;;) {
    const process = await runProcess(directory, stage, { afterMs: draw() });
    const resumedAt = findResumedStep(process);
    if (process.startMs !== undefined) {
      tally.startMs.push(process.startMs);
      tally.mostLost = Math.max(tally.mostLost, reached - resumedAt);
    }
    reached = Math.max(reached, findLastStep(process));
    if (!process.killed) {
      tally.runs++;
      if (process.code === 0 && isIdentical(directory, wanted)) tally.identical++;
      return;
    }
    tally.kills++;
  }
}

function findResumedStep({ events }: EndedProcess): number {
  for (const event of events) {
    const step = event.kind === "note" ? /goes on from the checkpoint of step (\d+)/.exec(event.sentence) : null;
    if (step !== null) return Number(step[1]);
  }
  return 0;
}

/** In steps: what a stage has done is told in tokens or vectors. */
function findLastStep({ events }: EndedProcess): number {
  const unit = { "train-model": 128, "train-dictionary": 64 } as Record<string, number>;
  let last = 0;
  for (const event of events) if (event.kind === "progress") last = event.done / (unit[event.stage] ?? 1);
  return last;
}

function describe({ kills, runs, mostLost, startMs }: Tally): string {
  const sorted = [...startMs].sort((a, b) => a - b);
  const at = (share: number) => ((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) / 1000).toFixed(2);
  return `${kills} kills, ${(kills / Math.max(1, runs)).toFixed(1)} a run; most steps repeated ${mostLost} of an interval of ${INTERVAL} (told of every ${LOG_EVERY}); from start to first step ${at(0.5)} s in the middle, ${at(0.95)} s at most in 95 %`;
}

/** A small generator, so that a torture can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
