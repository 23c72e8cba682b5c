import type { DictionaryConfig } from "../autoencoder/config.ts";
import { createStateDictionary } from "../autoencoder/fold-weights.ts";
import type { DictionaryDensityEvent, DictionaryStepEvent } from "../autoencoder/training-events.ts";
import type { TrainingState } from "../autoencoder/training-state.ts";
import { type DictionaryLook, summariseDensity } from "../metrics/dictionary-look.ts";
import { createLossProbe, type LossProbe, type ProbedLoss } from "../metrics/loss-probe.ts";
import { parseSite } from "../model/sites.ts";
import { type DensityHistoryLook, readDensityHistory, writeDensityHistory } from "../store/density-history.ts";
import { type LogLine, readEvents } from "../store/event-log.ts";
import type { DictionaryPaths } from "../store/run-directory.ts";
import { readTokenStream } from "../store/token-file.ts";
import type { ActivationSource } from "./activation-source.ts";
import type { StageContext } from "./stage.ts";

/** Looks at a dictionary from time to time while it learns. */
export interface DictionaryWatcher {
  /** Remembers a step's loss for the next look. */
  note(step: DictionaryStepEvent): void;
  /** The look as a line of the log; every feature's frequency goes to the dictionary's density history. */
  look(event: DictionaryDensityEvent, state: TrainingState): Promise<LogLine>;
}

/** What a watcher needs. */
export interface DictionaryWatcherOptions {
  readonly context: StageContext;
  readonly paths: DictionaryPaths;
  readonly source: ActivationSource;
  readonly config: DictionaryConfig;
  /** Step that training begins with: looks kept after it are dropped. */
  readonly step: number;
}

/** Share of the training's vectors that held-out tokens of all looks may come to, and the tokens of one look. */
const HELD_OUT = { share: 0.02, fewest: 1024, most: 8192 };

/** Looks that are taken together to see rare features: a quarter of the run at the default of 40. */
const RECENT_LOOKS = 10;

/** A watcher for a training that begins, or goes on, at a step. */
export function createWatcher(options: DictionaryWatcherOptions): DictionaryWatcher {
  const { context, paths, config, step } = options;
  const history = openDensityHistory(paths.densityHistory, step);
  let probe: LossProbe | undefined;
  let last = step === 0 ? undefined : findLastStep(paths, step);
  return {
    note: (event) => {
      last = event;
    },
    look: async (event, state) => {
      const recent = history.add(event);
      probe ??= openProbe(options);
      const probed = await probe?.measure(createStateDictionary(context.kernels, state, config));
      return { ...describeLook(options, event, recent, last, probed) };
    },
  };
}

function describeLook(
  { source, config }: DictionaryWatcherOptions,
  event: DictionaryDensityEvent,
  recent: readonly DensityHistoryLook[],
  last: DictionaryStepEvent | undefined,
  probed: ProbedLoss | undefined,
): DictionaryLook {
  return {
    kind: "look",
    step: event.step,
    steps: event.steps,
    vectors: event.step * config.batch,
    width: source.width,
    meanNorm: source.statistics.meanNorm,
    loss: last?.loss ?? null,
    reconstruction: last?.reconstruction ?? null,
    sparsity: last?.sparsity ?? null,
    crossEntropy: probed?.crossEntropy ?? null,
    lossRecovered: probed?.lossRecovered ?? null,
    heldOutTokens: probed?.tokens ?? 0,
    decoderNorms: event.decoderNorms,
    ...summariseDensity(recent, event),
  };
}

function openProbe({ context, source, config }: DictionaryWatcherOptions): LossProbe | undefined {
  const { model, statistics } = source;
  if (model === undefined) return undefined;
  const budget = (HELD_OUT.share * config.activations) / config.looks;
  const tokens = Math.min(HELD_OUT.most, Math.max(HELD_OUT.fewest, budget));
  return createLossProbe({
    model,
    site: parseSite(config.site, model.config).name,
    stream: readTokenStream(context.paths, "valid", model.config.vocabularySize),
    contexts: Math.ceil(tokens / model.config.contextLength),
    meanActivation: statistics.mean,
  });
}

function findLastStep(paths: DictionaryPaths, step: number): DictionaryStepEvent | undefined {
  const before = readEvents(paths.metricsLog).findLast((line) => line.kind === "step" && line.step <= step);
  return before as DictionaryStepEvent | undefined;
}

/** The looks of a training that goes on at `step`: those kept after it are dropped. `add` returns the last ones, itself included. */
function openDensityHistory(path: string, step: number): { add(look: DensityHistoryLook): DensityHistoryLook[] } {
  const looks = readDensityHistory(path).filter((look) => look.step <= step);
  return {
    add: ({ step: at, vectors, counts }) => {
      looks.push({ step: at, vectors, counts });
      writeDensityHistory(path, looks);
      return looks.slice(-RECENT_LOOKS);
    },
  };
}
