import fc from "fast-check";
import { expect, test } from "vitest";
import { shuffle, shuffleStart } from "../../activations/shuffle.ts";
import type { Tensor } from "../../kernels/kernels.ts";
import { createReferenceKernels } from "../../kernels/reference.ts";
import { UserError } from "../../numerics/user-error.ts";
import type { RunEvent } from "../events.ts";
import { Interrupted } from "../stage.ts";
import { type OpenStream, type Trainee, type TrainingNews, trainTogether } from "./train-together.ts";

const kernels = createReferenceKernels();
const WIDTH = 2;
const BUFFER = 24;

interface Recording extends Trainee {
  readonly state: { step: number };
  readonly seen: number[][];
}

/** A trainee that only writes down its batches, each as the numbers of its rows; stops after `stopAfter` steps. */
function createRecording(name: string, batch: number, activations: number, step = 0, stopAfter?: number): Recording {
  const steps = Math.floor(activations / batch);
  const state = { step };
  const seen: number[][] = [];
  async function* run(batches: AsyncIterable<Tensor>): AsyncGenerator<RunEvent, readonly string[]> {
    if (state.step >= steps) return [name];
    for await (const x of batches) {
      const values = await kernels.read(x);
      seen.push(Array.from({ length: batch }, (_, row) => values[row * WIDTH]!));
      state.step++;
      if (state.step % 2 === 0) yield { kind: "note", stage: "train-dictionary", sentence: `step ${state.step}` };
      if (state.step - step === stopAfter) throw new Interrupted(`saved ${name}`);
      if (state.step === steps) return [name];
    }
    throw new UserError("the activations ran out");
  }
  return { name, config: { batch, activations, bufferRows: BUFFER }, steps, state, seen, run };
}

/** A stream of numbered rows, mixed as activations are, that counts how often it is opened. */
function createStream(available = Number.POSITIVE_INFINITY): { readonly open: OpenStream; readonly opened: number[] } {
  const opened: number[] = [];
  const open: OpenStream = ({ batch, rows, firstBatch }) => {
    opened.push(firstBatch * batch);
    const options = { width: WIDTH, capacity: BUFFER, batch, seed: 5, lastBatch: "drop", firstBatch } as const;
    return shuffle(kernels, numberRows(shuffleStart(options).firstRow, Math.min(rows, available)), options);
  };
  return { open, opened };
}

function* numberRows(first: number, end: number): Generator<Tensor> {
  for (let row = first; row < end; row++) yield kernels.upload(Float32Array.of(row, -row), [1, WIDTH]);
}

async function collect(trainees: readonly Trainee[], open: OpenStream, signal?: AbortSignal): Promise<TrainingNews[]> {
  const news: TrainingNews[] = [];
  for await (const piece of trainTogether(kernels, trainees, open, signal)) news.push(piece);
  return news;
}

/** What a trainee sees that goes through a stream of its own. */
async function trainAlone(batch: number, activations: number, step = 0): Promise<number[][]> {
  const recording = createRecording("alone", batch, activations, step);
  const batches = createStream().open({ batch, rows: activations, firstBatch: step });
  for await (const _ of recording.run(batches));
  return recording.seen;
}

test("members of any batch, length and starting step see the batches they would see alone, from few openings", async () => {
  const member = fc.record({
    batch: fc.constantFrom(4, 8, 12, 16),
    activations: fc.integer({ min: 16, max: 90 }),
    start: fc.nat(20),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(member, { minLength: 1, maxLength: 5 }), async (members) => {
      const recordings = members.map(({ batch, activations, start }, index) =>
        createRecording(`m${index}`, batch, activations, start),
      );
      const { open, opened } = createStream();
      const news = await collect(recordings, open);
      const trained = news.flatMap((piece) => (piece.kind === "trained" ? [piece.name] : []));
      expect(trained.toSorted()).toEqual(recordings.map(({ name }) => name));
      for (const [index, { batch, activations, start }] of members.entries())
        expect(recordings[index]!.seen).toEqual(await trainAlone(batch, activations, start));
      expect(opened.length).toBeLessThanOrEqual(new Set(members.map(({ activations }) => activations)).size);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("the stream is opened once, at the row of the member that is furthest behind", async () => {
  const { open, opened } = createStream();
  const ahead = createRecording("ahead", 8, 96, 6);
  const behind = createRecording("behind", 16, 96, 1);
  const done = createRecording("done", 4, 96, 24);
  await collect([ahead, behind, done], open);
  expect(opened).toEqual([16]);
  expect([ahead.seen.length, behind.seen.length, done.seen.length]).toEqual([6, 5, 0]);
});

test("what a member tells comes before the next batch is made, in the order of the members", async () => {
  const { open } = createStream();
  const news = await collect([createRecording("a", 8, 24), createRecording("b", 8, 24)], open);
  const told = news.map((piece) => `${piece.name} ${piece.kind === "told" ? "step 2" : piece.kind}`);
  expect(told).toEqual(["a step 2", "b step 2", "a trained", "b trained"]);
});

test("a member that fails is reported and the others go on", async () => {
  const failing: Trainee = {
    ...createRecording("failing", 8, 48),
    // biome-ignore lint/correctness/useYield: it fails before it has anything to tell.
    run: async function* (batches) {
      for await (const _ of batches) throw new UserError("the loss is not finite");
      return [];
    },
  };
  const other = createRecording("other", 8, 48);
  const news = await collect([failing, other], createStream().open);
  expect(news.find(({ kind }) => kind === "failed")).toMatchObject({
    name: "failing",
    error: { message: "the loss is not finite" },
  });
  expect(other.seen).toEqual(await trainAlone(8, 48));
});

test("an error that is nobody's fault stops everything", async () => {
  const broken: Trainee = {
    ...createRecording("broken", 8, 48),
    // biome-ignore lint/correctness/useYield: it fails before it has anything to tell.
    run: async function* () {
      throw new TypeError("a mistake of ours");
    },
  };
  await expect(collect([createRecording("fine", 8, 48), broken], createStream().open)).rejects.toThrow(TypeError);
});

test("asked to stop, members save at their next step, and those that left the stream earlier stay as they are", async () => {
  const controller = new AbortController();
  const long = createRecording("long", 8, 96, 0, 10);
  const longer = createRecording("longer", 16, 96, 0, 6);
  const short = createRecording("short", 16, 90);
  const { open, opened } = createStream();
  const names: string[] = [];
  for await (const piece of trainTogether(kernels, [long, longer, short], open, controller.signal)) {
    if (long.state.step === 10) controller.abort();
    if (piece.kind === "interrupted") names.push(piece.name);
  }
  expect(names).toEqual(["long", "longer"]);
  expect(short.state.step).toBe(4);
  expect(opened).toEqual([0]);
});

test("activations that run out are told to those who wait for more", async () => {
  const news = await collect([createRecording("a", 8, 96), createRecording("b", 8, 24)], createStream(40).open);
  expect(news.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "a told",
    "b told",
    "b trained",
    "a told",
    "a failed",
  ]);
});
