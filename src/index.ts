/**
 * The public library. Everything computes on a `Kernels` (from `selectKernels`), long work is an async generator of events,
 * and mistakes a user can correct are `UserError`s. `examples/` shows each part in use.
 *
 * The shortest way in, from a run directory to the features of a sentence:
 *
 *     const run = openRun("runs/demo");
 *     const kernels = await selectKernels();
 *     const model = run.model(kernels);
 *     const options = { model, tokenizer: run.tokenizer(), dictionary: run.dictionary(kernels), site: run.site().name };
 *     for (const { text, features } of await encodeText("Hello", options)) console.log(text, features.slice(0, 3));
 */

// activations: harvest and mix
export { type ActivationBatchesOptions, activationBatches } from "./activations/activation-batches.ts";
export { type HarvestOptions, harvest } from "./activations/harvest.ts";
export { type ShuffleOptions, shuffle } from "./activations/shuffle.ts";
export { type ActivationStatistics, measureActivations } from "./activations/statistics.ts";
export {
  createSuperposition,
  type Superposition,
  type SuperpositionOptions,
  superposedBatches,
} from "./activations/superposition.ts";

// autoencoder: a dictionary and its training
export { type AutoencoderWeights, createAutoencoder } from "./autoencoder/autoencoder.ts";
export { type DictionaryConfig, dictionaryConfigSchema } from "./autoencoder/config.ts";
export type { Dictionary } from "./autoencoder/dictionary.ts";
export { createInitialState, type InitialStatistics, initialiseAutoencoder } from "./autoencoder/initialise.ts";
export { createNeuronDictionary } from "./autoencoder/neuron-dictionary.ts";
export { createSparseEncoder, type SparseEncoder } from "./autoencoder/sparse-encoder.ts";
export { type TrainDictionaryOptions, trainDictionary } from "./autoencoder/train.ts";
export type { TrainDictionaryEvent } from "./autoencoder/training-events.ts";
export {
  createTrainingState,
  type DictionarySnapshot,
  restoreTrainingState,
  snapshotTrainingState,
  type TrainingState,
} from "./autoencoder/training-state.ts";

// features: each feature
export { type EncodedToken, type EncodeTextOptions, encodeText } from "./features/encode-text.ts";
export { type FeatureRecord, parseFeatureRecord } from "./features/feature-record.ts";
export { type FeatureTable, parseFeatureTable } from "./features/feature-table.ts";

// interchange: text from elsewhere, and the builtin corpus
export { type BuiltinCorpusOptions, createBuiltinCorpus } from "./interchange/builtin-corpus.ts";
export { type CorpusDescription, describeCorpus } from "./interchange/describe-corpus.ts";
export { type OpenCorpusOptions, openCorpus } from "./interchange/open-corpus.ts";

// kernels: what computes
export type { Kernels, SparseCodes, Tensor } from "./kernels/kernels.ts";
export { createSparseCodes } from "./kernels/kernels.ts";
export { createNativeKernels } from "./kernels/native.ts";
export { createReferenceKernels } from "./kernels/reference.ts";
export { type KernelChoice, selectKernels } from "./kernels/select.ts";

// live: a reader's own text and interventions
export { answerLive } from "./live/answer-live.ts";
export type { LiveEvent, LiveFeature, LiveToken } from "./live/live-event.ts";
export {
  type LiveRequest,
  liveRequestSchema,
  parseLiveRequest,
} from "./live/live-request.ts";
export { createLiveSubject, type LiveFiles, type LiveSubject } from "./live/live-subject.ts";

// metrics: judge a whole dictionary
export type { Finding } from "./metrics/diagnose-finding.ts";
export type { DictionaryLook } from "./metrics/dictionary-look.ts";
export { type DictionaryMetrics, headlineLossRecovered } from "./metrics/dictionary-metrics.ts";
export { diagnoseTraining } from "./metrics/doctor.ts";
export { type EvaluateDictionaryOptions, evaluateDictionary } from "./metrics/evaluate-dictionary.ts";
export { densityHistogram, type FeatureActivity, featureDensity } from "./metrics/feature-density.ts";
export { type MeasureRecoveryOptions, measureRecovery, type Recovery } from "./metrics/recovery.ts";
export { createTrainingRecord, type TrainingRecord } from "./metrics/training-record.ts";

// model: train, judge, sample
export { measureBaselines } from "./model/baselines.ts";
export { type ModelConfig, modelConfigSchema } from "./model/config.ts";
export { addBitsPerByte, measureValidation } from "./model/evaluate.ts";
export { type GeneratedToken, type GenerateOptions, generate } from "./model/generate.ts";
export { countParameters, createParameters, uploadParameters } from "./model/parameters.ts";
export { listSites, parseSite, type Site, type SiteName } from "./model/sites.ts";
export { type TrainModelEvent, type TrainModelOptions, trainModel } from "./model/train.ts";
export type { ModelSnapshot } from "./model/trainer.ts";
export { type TrainingConfig, trainingConfigSchema } from "./model/training-config.ts";
export { createTransformer, forward, type Hook, type Hooks, type Transformer } from "./model/transformer.ts";
export { computeLogits } from "./model/unembed.ts";
export { createWorkspace, type Workspace } from "./model/workspace.ts";

// numerics: random numbers and errors
export { createRandomStream, type RandomStream } from "./numerics/random.ts";
export { UserError } from "./numerics/user-error.ts";

// pipeline: whole experiments and their directories
export type { RunEvent, StageName } from "./pipeline/events.ts";
export { STAGE_NAMES } from "./pipeline/events.ts";
export { type Experiment, experimentSchema, resolveExperiment } from "./pipeline/experiment.ts";
export { openRun, type Run } from "./pipeline/open-run.ts";
export { listPresets, readPreset } from "./pipeline/presets.ts";
export { type RunRequest, runExperiment } from "./pipeline/run-experiment.ts";
export { runInWorker } from "./pipeline/run-in-worker.ts";
export { Interrupted } from "./pipeline/stage.ts";

// steering: interventions, given as hooks
export type { ErrorTerm, Intervention } from "./steering/intervention.ts";
export { createDictionaryHook, createInterventionHook } from "./steering/intervention-hook.ts";
export {
  replaceWith,
  replaceWithMean,
  replaceWithZeros,
} from "./steering/replace-activation.ts";

// store: files
export { type FeaturePack, openFeaturePack } from "./store/feature-pack.ts";
export type { StoredTensor, TensorFile } from "./store/read-tensors.ts";
export { type RunPaths, runPaths } from "./store/run-directory.ts";
export { readSafetensors, writeSafetensors } from "./store/safetensors.ts";
export { TOOL_VERSION } from "./store/tool-version.ts";

// text: tokenizers and packed text
export { countContexts, createTokenStreamBuilder, type TokenStream, tokenByteLengths } from "./text/contexts.ts";
export type { Document } from "./text/document.ts";
export { createForeignTokenizer } from "./text/foreign-tokenizer.ts";
export { learnTokenizer, packDocuments } from "./text/learn-tokenizer.ts";
export { createTokenizer, type Tokenizer, type TokenizerDefinition } from "./text/tokenizer.ts";
export { parseTokenizerJson, renderTokenizerJson } from "./text/tokenizer-json.ts";
export {
  createTokenizerTrainer,
  type TokenizerTrainer,
  type TokenizerTrainingOptions,
} from "./text/train-tokenizer.ts";
