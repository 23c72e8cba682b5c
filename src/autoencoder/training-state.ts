import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { UserError } from "../numerics/user-error.ts";
import { type AutoencoderWeights, autoencoderShapes, autoencoderWeightNames, type PerWeight } from "./autoencoder.ts";

/** What of the state is a single value. */
interface TrainingScalars {
  /** Steps done. */
  step: number;
  /** Whether the last batch was too dense for sparse codes: the next one starts dense. */
  dense: boolean;
  /** What activations are multiplied by before the autoencoder sees them. */
  readonly activationScale: number;
  /** Running mean of the batches' thresholds; 0 but for `batch-topk`. */
  threshold: number;
  /** Activation vectors seen since `windowCounts` began. */
  windowVectors: number;
}

/** All that the next step depends on besides its batch and the configuration. */
export interface TrainingState extends TrainingScalars {
  /** A tied decoder is the same tensor as the encoder, and so are its moments. */
  readonly weights: AutoencoderWeights;
  readonly moment1: PerWeight<Tensor>;
  readonly moment2: PerWeight<Tensor>;
  /** Each feature's sum since the activity window opened: 0 exactly where it was silent. */
  readonly activity: Tensor; // [features]
  /** Vectors on which each feature was active since the last density event. */
  readonly windowCounts: Tensor; // int32 [features]
}

/** A copy of the state in plain arrays; continuing from it gives the same bytes as never having stopped. */
export interface DictionarySnapshot extends Readonly<TrainingScalars> {
  /** Whether decoder and encoder are one. */
  readonly tied: boolean;
  /** The four weights, `<weight>.moment1`, `<weight>.moment2`, `activity` and `windowCounts`. */
  readonly tensors: ReadonlyMap<string, SnapshotTensor>;
}

/** One tensor of a snapshot. */
export interface SnapshotTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** The state before the first step. */
export function createTrainingState(kernels: Kernels, weights: AutoencoderWeights, activationScale = 1): TrainingState {
  const [features = 0, width = 0] = weights.encoder.shape;
  const shapes = autoencoderShapes(features, width);
  const createMoments = () => tieTensors(weights.encoder === weights.decoder, (name) => kernels.create(shapes[name]));
  return {
    weights,
    moment1: createMoments(),
    moment2: createMoments(),
    activity: kernels.create([features]),
    windowCounts: kernels.create([features], "int32"),
    step: 0,
    dense: true,
    activationScale,
    threshold: 0,
    windowVectors: 0,
  };
}

/** Copies the state. Throws UserError when a number is not finite, so that a diverged run is never saved. */
export async function snapshotTrainingState(kernels: Kernels, state: TrainingState): Promise<DictionarySnapshot> {
  const tensors = new Map<string, SnapshotTensor>();
  for (const [name, tensor] of namedTensors(state))
    tensors.set(name, { shape: tensor.shape, data: await readFinite(kernels, tensor, name, state.step) });
  return { ...readScalars(state), tensors };
}

/** A snapshot's single values. */
export function readScalars(state: TrainingState): Omit<DictionarySnapshot, "tensors"> {
  const { step, dense, activationScale, threshold, windowVectors, weights } = state;
  return { step, dense, activationScale, threshold, windowVectors, tied: weights.encoder === weights.decoder };
}

/** A tensor of the state, copied piece by piece, so that a large state need not be in memory twice. */
export interface StateTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: Tensor["dtype"];
  /** Its numbers in order, each piece valid until the next is asked for. Throws UserError when one is not finite. */
  readonly read: () => AsyncIterable<Float32Array | Int32Array>;
}

/** Numbers that are copied at a time. */
const PIECE_NUMBERS = 2 ** 18;

/** A snapshot's tensors, the four weights first; one is read after the other. */
export function listStateTensors(kernels: Kernels, state: TrainingState): readonly StateTensor[] {
  const memory = new Float32Array(Math.max(PIECE_NUMBERS, state.weights.encoder.shape[1]!));
  return Array.from(namedTensors(state), ([name, tensor]) => ({
    name,
    shape: tensor.shape,
    dtype: tensor.dtype,
    read: async function* () {
      const [rows = 0, width = 1] = tensor.shape;
      const size = Math.max(1, Math.floor(PIECE_NUMBERS / width));
      for (let first = 0; first < rows; first += size) {
        const count = Math.min(size, rows - first);
        const place = memory.subarray(0, count * width);
        yield await readFinite(kernels, kernels.rows(tensor, first, count), name, state.step, place);
      }
    },
  }));
}

async function readFinite(
  kernels: Kernels,
  tensor: Tensor,
  name: string,
  step: number,
  place?: Float32Array,
): Promise<Float32Array | Int32Array> {
  const data = tensor.dtype === "int32" ? await kernels.readInts(tensor) : await kernels.read(tensor, place);
  if (data.every(Number.isFinite)) return data;
  throw new UserError(
    `The dictionary's ${name} holds a number that is not finite after step ${step}: training diverged and this state was not saved; lower learningRate and start again from the last checkpoint.`,
  );
}

/** The weights alone, as `foldWeights` reads them. */
export async function snapshotWeights(kernels: Kernels, state: TrainingState): Promise<DictionarySnapshot> {
  const tensors = new Map<string, SnapshotTensor>();
  for (const name of autoencoderWeightNames)
    tensors.set(name, { shape: state.weights[name].shape, data: await kernels.read(state.weights[name]) });
  return { ...readScalars(state), tensors };
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
  const uploadAll = (suffix: string): PerWeight<Tensor> =>
    tieTensors(snapshot.tied, (name) => upload(`${name}${suffix}`, shapes[name]));
  const { step, dense, activationScale, threshold, windowVectors } = snapshot;
  return {
    weights: uploadAll(""),
    moment1: uploadAll(".moment1"),
    moment2: uploadAll(".moment2"),
    activity: upload("activity", [features]),
    windowCounts: upload("windowCounts", [features]),
    step,
    dense,
    activationScale,
    threshold,
    windowVectors,
  };
}

/** A tensor for each weight; where decoder and encoder are one, the same. */
function tieTensors(tied: boolean, create: (name: keyof PerWeight<Tensor>) => Tensor): PerWeight<Tensor> {
  const encoder = create("encoder");
  const decoder = tied ? encoder : create("decoder");
  return { encoder, encoderBias: create("encoderBias"), decoder, decoderBias: create("decoderBias") };
}

function* namedTensors(state: TrainingState): Generator<readonly [string, Tensor]> {
  for (const name of autoencoderWeightNames) {
    yield [name, state.weights[name]];
    yield [`${name}.moment1`, state.moment1[name]];
    yield [`${name}.moment2`, state.moment2[name]];
  }
  yield ["activity", state.activity];
  yield ["windowCounts", state.windowCounts];
}
