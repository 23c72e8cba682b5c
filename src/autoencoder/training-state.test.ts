import { expect, test } from "vitest";
import { createReferenceKernels } from "../kernels/reference.ts";
import { dictionaryConfigSchema } from "./config.ts";
import { createInitialState } from "./initialise.ts";
import { listStateTensors, snapshotTrainingState } from "./training-state.ts";

const kernels = createReferenceKernels();

test("a state read in pieces holds the numbers of its snapshot, in order, and no piece is large", async () => {
  const width = 3000;
  const config = dictionaryConfigSchema.parse({ features: 250, encoderInitialisation: "kaiming-linear" });
  const zeros = new Float32Array(width);
  const state = createInitialState(kernels, config, { mean: zeros, geometricMedian: zeros, meanNorm: 1 });
  const snapshot = await snapshotTrainingState(kernels, state);
  for (const { name, shape, read } of listStateTensors(kernels, state)) {
    const pieces = [];
    for await (const piece of read()) pieces.push(piece.slice());
    expect(Math.max(...pieces.map(({ length }) => length)), name).toBeLessThanOrEqual(2 ** 18);
    expect({ shape, data: pieces.flatMap((piece) => Array.from(piece)) }, name).toEqual({
      shape: snapshot.tensors.get(name)!.shape,
      data: Array.from(snapshot.tensors.get(name)!.data),
    });
  }
});
