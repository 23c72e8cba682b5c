/** What training reports; `step` counts steps done. */
export type TrainDictionaryEvent =
  | DictionaryStepEvent
  | DictionaryResampleEvent
  | DictionaryDensityEvent
  | DictionaryCheckpointEvent;

/** One logged step: the loss and its parts on that step's batch, before the update. */
export interface DictionaryStepEvent {
  readonly kind: "step";
  readonly step: number;
  readonly steps: number;
  /** Activation vectors seen so far. */
  readonly vectors: number;
  /** In the recipe's own units, which its reductions, weighting and scaling make. */
  readonly loss: number;
  /** Squared error per vector of raw activations, summed over the width: comparable among recipes. */
  readonly reconstruction: number;
  /** Sum of the features per vector of raw activations, each times its decoder norm where the penalty weighs them so. */
  readonly sparsity: number;
  /** The penalty's coefficient in force, in the recipe's own units. */
  readonly l1: number;
  /** The coefficient for which reconstruction + l1SumOfSquares * sparsity is the loss up to a factor. */
  readonly l1SumOfSquares: number;
  /** Active features per vector. */
  readonly l0: number;
  readonly learningRate: number;
  /** Whether the step was computed with dense products. */
  readonly dense: boolean;
}

/** Dead features were re-initialised. */
export interface DictionaryResampleEvent {
  readonly kind: "resample";
  readonly step: number;
  readonly features: Int32Array;
}

/** How often each feature fired since the last such event, and where the weights stand: `config.looks` times over the run. */
export interface DictionaryDensityEvent {
  readonly kind: "density";
  readonly step: number;
  readonly steps: number;
  /** Activation vectors in the window. */
  readonly vectors: number;
  /** Vectors of the window on which each feature was active. */
  readonly counts: Int32Array; // [features]
  /** Of the decoder's rows as they are trained. */
  readonly decoderNorms: { readonly min: number; readonly mean: number; readonly max: number };
  /** As it is stored: for raw activations less the decoder bias, and decoder rows of norm 1. */
  readonly encoderBias: Float32Array; // [features]
  /** Cosine of each feature's encoder and decoder row; 0 where one is zero. */
  readonly alignment: Float32Array; // [features]
}

/**
 * A moment to save: until the generator goes on, the state given to it is as it is after `step`, to be copied whole
 * (`snapshotTrainingState`) or tensor by tensor (`listStateTensors`).
 */
export interface DictionaryCheckpointEvent {
  readonly kind: "checkpoint";
  readonly step: number;
}
