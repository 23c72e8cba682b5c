import type { DictionaryConfig } from "../autoencoder/config.ts";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createStateDictionary } from "../autoencoder/fold-weights.ts";
import { type RemovedDirection, withoutDirection } from "../autoencoder/remove-direction.ts";
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
  /** What it is trained without. */
  readonly removed?: RemovedDirection | undefined;
  /** Step that training begins with: looks kept after it are dropped. */
  readonly step: number;
}

/** Share of the training's vectors that held-out tokens may come to, how often at least they are measured, and on how many. */
const HELD_OUT = { share: 0.01, times: 16, fewest: 512, most: 8192 };
/** Looks that are taken together to see rare features: a quarter of the run at the default of 40. */
const RECENT_LOOKS = 10;

/** A watcher for a training that begins, or goes on, at a step. */
export function createWatcher(options: DictionaryWatcherOptions): DictionaryWatcher {
  const { paths, config, step } = options;
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
      const measured = isMeasured(event, config)
        ? await probe?.measure(openStateDictionary(options, state))
        : undefined;
      return { ...describeLook(options, event, recent, last), ...describeLoss(probe, measured) };
    },
  };
}

function openStateDictionary({ context, config, removed }: DictionaryWatcherOptions, state: TrainingState): Dictionary {
  const dictionary = createStateDictionary(context.kernels, state, config);
  return removed === undefined ? dictionary : withoutDirection(context.kernels, dictionary, removed);
}

type LossFields = "crossEntropy" | "lossRecovered" | "heldOutTokens";

function describeLoss(
  probe: LossProbe | undefined,
  measured: ProbedLoss | undefined,
): Pick<DictionaryLook, LossFields> {
  return {
    crossEntropy: measured?.crossEntropy ?? null,
    lossRecovered: measured?.lossRecovered ?? null,
    heldOutTokens: probe?.tokens ?? 0,
  };
}

function describeLook(
  { source, config }: DictionaryWatcherOptions,
  event: DictionaryDensityEvent,
  recent: readonly DensityHistoryLook[],
  last: DictionaryStepEvent | undefined,
): Omit<DictionaryLook, LossFields> {
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
    decoderNorms: event.decoderNorms,
    ...summariseDensity(recent, event),
  };
}

function openProbe({ context, source, config }: DictionaryWatcherOptions): LossProbe | undefined {
  const { model, statistics } = source;
  if (model === undefined) return undefined;
  return createLossProbe({
    model,
    site: parseSite(config.site, model.config).name,
    stream: readTokenStream(context.paths, "valid", model.config.vocabularySize),
    contexts: Math.ceil(sampleTokens(config) / model.config.contextLength),
    features: config.features,
    meanActivation: statistics.mean,
  });
}

function sampleTokens({ activations }: DictionaryConfig): number {
  const affordable = (HELD_OUT.share * activations) / HELD_OUT.times;
  return Math.min(HELD_OUT.most, Math.max(HELD_OUT.fewest, affordable));
}

/** Whether the loss is measured at a look: at the first, the last, and as many between as are affordable. */
function isMeasured({ step, steps }: DictionaryDensityEvent, config: DictionaryConfig): boolean {
  const { looks, activations } = config;
  const look = Math.floor((step * looks) / steps);
  const affordable = Math.ceil((sampleTokens(config) * looks) / (HELD_OUT.share * activations));
  const every = Math.max(1, Math.min(affordable, Math.ceil(looks / HELD_OUT.times)));
  return look === looks || (look - 1) % every === 0;
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
