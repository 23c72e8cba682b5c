import { rmSync } from "node:fs";
import { type Death, type EndedProcess, runProcess } from "../support/killed-process.ts";
import { copyRun } from "../support/small-run.ts";
import {
  isIdentical,
  prepareVictim,
  type TorturePlan,
  type TortureResult,
  TRAINING_STAGES,
  type Victim,
} from "./torture-plan.ts";

const STEPS = 1500;
const INTERVAL = 25;
const LOG_EVERY = 5;
/** What a stage's progress is told in, for each step. */
const UNITS_PER_STEP = { "train-model": 128, "train-dictionary": 64 } as const;

/** Runs long enough to be killed more than ten times each. */
const LONG = {
  "train-model": [
    ...[
      `training.tokens=${STEPS * UNITS_PER_STEP["train-model"]}`,
      `training.checkpointEvery=${INTERVAL}`,
      `training.logEvery=${LOG_EVERY}`,
    ],
    ...["corpus.builtinBytes=200000", "training.validateEvery=500"],
  ],
  "train-dictionary": [
    ...["dictionary.features=512", `dictionary.batch=${UNITS_PER_STEP["train-dictionary"]}`],
    ...[`dictionary.activations=${STEPS * UNITS_PER_STEP["train-dictionary"]}`, "corpus.builtinBytes=600000"],
    ...[`dictionary.checkpointEvery=${INTERVAL}`, `dictionary.logEvery=${LOG_EVERY}`, "dictionary.bufferRows=4096"],
    'dictionary.resampling={"kind":"steps","at":[300,600,900],"window":100,"inputs":256}',
  ],
} as const;
/**
 * A process lives, on average, for a fourteenth of the work: counted in steps, because seconds depend on what else the machine does.
 * The moment within a step is random too, and so is that within the start where it comes to no step.
 */
const DEATHS_PER_RUN = 14;
const MOMENT_MS = { ofStart: 1000, ofStep: 20 };

interface Tally {
  kills: number;
  runs: number;
  identical: number;
  mostLost: number;
  /** From the start of a process that came after a killed one to its first step. */
  readonly startMs: number[];
}

/** SIGKILL at random moments, the work between them exponentially distributed, until the run is through. */
export async function* tortureAtRandom(plan: TorturePlan): AsyncGenerator<TortureResult> {
  const random = createRandom(plan.seed);
  for (const stage of TRAINING_STAGES) {
    const victim = await prepareVictim(stage, LONG[stage]);
    const tally: Tally = { kills: 0, runs: 0, identical: 0, mostLost: 0, startMs: [] };
    while (tally.kills < plan.kills / TRAINING_STAGES.length && Date.now() < plan.deadline)
      await tormentRun(victim, tally, () => drawDeath(random));
    rmSync(victim.root, { recursive: true });
    yield {
      what: `SIGKILL at random, ${stage}`,
      tested: tally.runs,
      identical: tally.identical,
      note: describe(tally),
    };
  }
}

function drawDeath(random: () => number): Death {
  const times = Math.floor((-STEPS / LOG_EVERY / DEATHS_PER_RUN) * Math.log(1 - random()));
  const thenMs = random() * (times === 0 ? MOMENT_MS.ofStart : MOMENT_MS.ofStep);
  return { afterProgress: { times, thenMs } };
}

async function tormentRun({ root, prepared, stage, wanted }: Victim, tally: Tally, draw: () => Death): Promise<void> {
  const directory = `${root}/broken`;
  copyRun(prepared, directory);
  let reached = 0;
  for (let life = 0; ; life++) {
    const process = await runProcess(directory, stage, draw());
    const resumedAt = findResumedStep(process);
    if (process.startMs !== undefined) {
      if (life > 0) tally.startMs.push(process.startMs);
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
  const units: Readonly<Record<string, number>> = UNITS_PER_STEP;
  let last = 0;
  for (const event of events) if (event.kind === "progress") last = event.done / (units[event.stage] ?? 1);
  return last;
}

function describe({ kills, runs, mostLost, startMs }: Tally): string {
  const sorted = [...startMs].sort((a, b) => a - b);
  const at = (share: number) => ((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) / 1000).toFixed(2);
  return `${kills} kills, ${(kills / Math.max(1, runs)).toFixed(1)} a run; most steps repeated ${mostLost} of an interval of ${INTERVAL} (told of every ${LOG_EVERY}); from the start after a kill to the first step ${at(0.5)} s in the middle, ${at(0.95)} s at most in 95 %`;
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
