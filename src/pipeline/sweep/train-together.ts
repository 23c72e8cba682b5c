import type { DictionaryConfig } from "../../autoencoder/config.ts";
import type { Kernels, Tensor } from "../../kernels/kernels.ts";
import { UserError } from "../../numerics/user-error.ts";
import type { RunEvent } from "../events.ts";
import { Interrupted } from "../stage.ts";
import { createFedWorker, type FedWorker } from "./batch-feed.ts";
import { commonPiece } from "./stream-groups.ts";

/** One dictionary in training, as much of a `DictionaryTrainer` as is needed to lead several through one stream. */
export interface Trainee {
  readonly name: string;
  readonly config: Pick<DictionaryConfig, "batch" | "activations" | "bufferRows">;
  readonly steps: number;
  readonly state: { readonly step: number };
  /** Trains from `state.step` on batches [batch, width] that begin there; returns the files written. */
  readonly run: (batches: AsyncIterable<Tensor>) => AsyncGenerator<RunEvent, readonly string[]>;
}

/** Opens the stream at the given batch; its rows must not depend on `batch`, nor on `rows` before the last whole mixing buffer. */
export type OpenStream = (options: {
  readonly batch: number;
  readonly rows: number;
  readonly firstBatch: number;
}) => AsyncIterable<Tensor>;

/** What came of one trainee, or what it told on the way; `seconds` is the time its own work took so far. */
export type TrainingNews = { readonly name: string; readonly seconds: number } & (
  | { readonly kind: "told"; readonly event: RunEvent }
  | { readonly kind: "trained"; readonly files: readonly string[] }
  | { readonly kind: "failed"; readonly error: UserError }
  | { readonly kind: "interrupted"; readonly error: Interrupted }
);

interface Student {
  readonly trainee: Trainee;
  readonly worker: FedWorker<Tensor, RunEvent, readonly string[]>;
  /** Where pieces of the stream are put together, if its batches are larger; [batch, width]. */
  gathered: Tensor | undefined;
  filled: number;
  seconds: number;
  ended: boolean;
}

/**
 * Trains dictionaries side by side: the stream is opened once and every batch of it handed to each of them before the next is
 * made, so that each sees exactly the batches it would see alone. Whoever is behind is caught up with first; whoever learns from
 * fewer vectors leaves at its last whole mixing buffer and sees its end by itself. One that fails does not stop the others.
 */
export async function* trainTogether(
  kernels: Kernels,
  trainees: readonly Trainee[],
  open: OpenStream,
  signal?: AbortSignal,
): AsyncGenerator<TrainingNews, void> {
  const students = trainees.map(enrol);
  for (const student of students) yield* work(student, student.worker.untilHungry());
  yield* goThroughStream(kernels, students, open);
  // Whoever learns from fewer vectors than the longest lacks less than one mixing buffer now.
  const left = students.filter(({ ended }) => !ended);
  for (const rows of new Set(left.map(countRows))) {
    if (signal?.aborted) return;
    const alike = left.filter((student) => countRows(student) === rows);
    yield* goThroughStream(kernels, alike, open);
  }
}

async function* goThroughStream(
  kernels: Kernels,
  students: readonly Student[],
  open: OpenStream,
): AsyncGenerator<TrainingNews, void> {
  const rows = Math.max(...students.map(countRows));
  let learning = students.filter((student) => isLearning(student, rows));
  if (learning.length === 0) return;
  const piece = commonPiece(learning.map(({ trainee }) => trainee.config.batch));
  const starts = new Map(learning.map((student) => [student, countRowsDone(student)]));
  let row = Math.min(...starts.values());
  for await (const x of open({ batch: piece, rows, firstBatch: row / piece })) {
    for (const student of learning) if (row >= starts.get(student)!) yield* hand(kernels, student, x);
    row += piece;
    learning = learning.filter((student) => isLearning(student, rows));
    if (learning.length === 0) return;
  }
  for (const student of learning) yield* work(student, student.worker.end());
}

function enrol(trainee: Trainee): Student {
  const worker = createFedWorker((batches: AsyncIterable<Tensor>) => trainee.run(batches));
  return { trainee, worker, gathered: undefined, filled: 0, seconds: 0, ended: false };
}

/** Whether the student still learns from a stream of `rows`: shorter ones leave before the buffer that is mixed in another order. */
function isLearning({ trainee, ended }: Student, rows: number): boolean {
  const { activations, batch, bufferRows } = trainee.config;
  const common = activations === rows ? activations : Math.floor(activations / bufferRows) * bufferRows;
  return !ended && trainee.state.step < Math.min(trainee.steps, Math.floor(common / batch));
}

function countRows({ trainee }: Student): number {
  return trainee.config.activations;
}

function countRowsDone({ trainee: { state, config } }: Student): number {
  return state.step * config.batch;
}

/** Gives a piece of the stream to a student, which takes a step when its batch is full. */
async function* hand(kernels: Kernels, student: Student, piece: Tensor): AsyncGenerator<TrainingNews, void> {
  const [count = 0, width = 0] = piece.shape;
  const { batch } = student.trainee.config;
  if (count === batch) return yield* work(student, student.worker.feed(piece));
  student.gathered ??= kernels.create([batch, width]);
  kernels.copy(kernels.rows(student.gathered, student.filled, count), piece);
  student.filled += count;
  if (student.filled < batch) return;
  student.filled = 0;
  yield* work(student, student.worker.feed(student.gathered));
}

/** Passes on what a student tells, counts the time it takes, and notes its end. */
async function* work(student: Student, events: AsyncGenerator<RunEvent, boolean>): AsyncGenerator<TrainingNews, void> {
  const news = () => ({ name: student.trainee.name, seconds: student.seconds });
  try {
    for (;;) {
      const start = performance.now();
      const next = await events.next();
      student.seconds += (performance.now() - start) / 1000;
      if (!next.done) yield { ...news(), kind: "told", event: next.value };
      else if (next.value) break;
      else return;
    }
  } catch (error) {
    student.ended = true;
    if (error instanceof Interrupted) return yield { ...news(), kind: "interrupted", error };
    if (error instanceof UserError) return yield { ...news(), kind: "failed", error };
    throw error;
  }
  student.ended = true;
  yield { ...news(), kind: "trained", files: student.worker.result() };
}
