import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { UserError } from "../numerics/user-error.ts";
import {
  type AutoencoderWeights,
  autoencoderShapes,
  autoencoderWeightNames,
  createAutoencoderTensors,
  mapWeights,
  type PerWeight,
} from "./autoencoder.ts";

/** All that the next step depends on besides its batch and the configuration. */
export interface TrainingState {
  readonly weights: AutoencoderWeights;
  readonly moment1: PerWeight<Tensor>;
  readonly moment2: PerWeight<Tensor>;
  /** Each feature's sum since the activity window opened: 0 exactly where it was silent. */
  readonly activity: Tensor; // [features]
  /** Steps done. */
  step: number;
  /** Whether the last batch took the dense path. */
  dense: boolean;
}

/** A copy of the state in plain arrays; continuing from it gives the same bytes as never having stopped. */
export interface DictionarySnapshot {
  readonly step: number;
  readonly dense: boolean;
  /** The four weights, `<weight>.moment1`, `<weight>.moment2` and `activity`. */
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
}

/** The state before the first step. */
export function createTrainingState(kernels: Kernels, weights: AutoencoderWeights): TrainingState {
  const [features = 0, width = 0] = weights.encoder.shape;
  return {
    weights,
    moment1: createAutoencoderTensors(kernels, features, width),
    moment2: createAutoencoderTensors(kernels, features, width),
    activity: kernels.create([features]),
    step: 0,
    dense: true,
  };
}

/** Copies the state. Throws UserError when a number is not finite, so that a diverged run is never saved. */
export async function snapshotTrainingState(kernels: Kernels, state: TrainingState): Promise<DictionarySnapshot> {
  const { step, dense } = state;
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, tensor] of namedTensors(state)) {
    const data = await kernels.read(tensor);
    if (!data.every(Number.isFinite)) {
      throw new UserError(
        `The dictionary's ${name} holds a number that is not finite after step ${step}: training diverged and this state was not saved; lower learningRate and start again from the last checkpoint.`,
      );
    }
    tensors.set(name, { shape: tensor.shape, data });
  }
  return { step, dense, tensors };
}

/** The state as it was when the snapshot was taken. Throws UserError when a tensor is missing or misshapen. */
export function restoreTrainingState(kernels: Kernels, snapshot: DictionarySnapshot): TrainingState {
  const [features = 0, width = 0] = snapshot.tensors.get("encoder")?.shape ?? [];
  const upload = (name: string, shape: readonly number[]): Tensor => {
    const stored = snapshot.tensors.get(name);
    if (stored?.shape.join() === shape.join()) return kernels.upload(stored.data, shape);
    const got = stored ? `has shape [${stored.shape.join(", ")}]` : "is missing";
    throw new UserError(`The checkpoint's ${name} ${got}, wanted [${shape.join(", ")}]: remove this checkpoint.`);
  };
  const shapes = autoencoderShapes(features, width);
  return {
    weights: mapWeights(shapes, (shape, name) => upload(name, shape)),
    moment1: mapWeights(shapes, (shape, name) => upload(`${name}.moment1`, shape)),
    moment2: mapWeights(shapes, (shape, name) => upload(`${name}.moment2`, shape)),
    activity: upload("activity", [features]),
    step: snapshot.step,
    dense: snapshot.dense,
  };
}

function* namedTensors(state: TrainingState): Generator<readonly [string, Tensor]> {
  for (const name of autoencoderWeightNames) {
    yield [name, state.weights[name]];
    yield [`${name}.moment1`, state.moment1[name]];
    yield [`${name}.moment2`, state.moment2[name]];
  }
  yield ["activity", state.activity];
}
