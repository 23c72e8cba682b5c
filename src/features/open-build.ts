import type { Dictionary } from "../autoencoder/dictionary.ts";
import { parseSite, type SiteName } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import { UserError } from "../numerics/user-error.ts";
import { countContexts, createContextSampler, type TokenStream } from "../text/contexts.ts";
import { isLastWrite } from "./ablate-directly.ts";
import type { BuildScratch } from "./build-scratch.ts";
import type { FeatureRecord, LeavablePart } from "./feature-record.ts";
import { createSavedCodes } from "./saved-codes.ts";
import { type CodeScan, createCodeScan } from "./scan-codes.ts";
import type { SearchedText } from "./searched-text.ts";
import { createWorkMeter, type WorkMeter } from "./work-meter.ts";

// Dimensions: T context length, V vocabulary.

const CODES_MEMORY = 2 ** 29;
/** Codes beyond, of a dense dictionary, are not saved: computing them again costs less than so much room. */
const SAVED_CODES = 2 ** 31;
const BATCH = 32;

/** What describing the features of a dictionary needs. */
export interface BuildFeatureRecordsOptions {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly site: SiteName;
  /** Held-out text. */
  readonly stream: TokenStream;
  /** Contexts of the stream to search, drawn at random; all of them where there are fewer. */
  readonly contexts: number;
  readonly seed: number;
  /** How often each token occurs in the text the model learned from and in the held-out text. */
  readonly tokenCounts: ArrayLike<number>; // [V]
  /** Tokens shown on each side of an example's centre. */
  readonly window?: number;
  /** Contexts per forward pass. */
  readonly batch?: number;
  /** Bytes of codes kept between the passes over the text; where they do not fit, the rest is computed again. */
  readonly codesMemory?: number;
  /** Keeps what an interrupted build need not compute again; it must hold nothing of a build from other inputs. */
  readonly scratch?: BuildScratch;
  /** Features described at once, fewer than fit in memory. */
  readonly block?: number;
  /** Effects of ablation, or what fires together, not to be computed; none unless named. */
  readonly leaveOut?: readonly LeavablePart[];
  readonly signal?: AbortSignal;
}

/** What a build does one after the other; from `neurons` to `records` for each block of features. */
export type BuildPhase = "first pass" | "second pass" | "third pass" | "neurons" | "effects" | "records";

/** How far the work is, as the contexts of the text that this would be, then one record a feature in order. */
export type BuildFeatureRecordsEvent =
  | { readonly kind: "progress"; readonly phase: BuildPhase; readonly contexts: number; readonly ofContexts: number }
  | { readonly kind: "record"; readonly record: FeatureRecord };

/** What the phases of a build share. */
export interface Build {
  readonly options: BuildFeatureRecordsOptions;
  readonly text: SearchedText;
  readonly scan: CodeScan;
  readonly meter: WorkMeter;
  /** Contexts per forward pass. */
  readonly batch: number;
  readonly ablation: "direct" | "rerun";
}

/** Checks the options and draws the text. */
export function openBuild(options: BuildFeatureRecordsOptions): Build {
  const { model, dictionary, site, stream, codesMemory = CODES_MEMORY, scratch, signal } = options;
  const text = chooseText(options);
  const contexts = text.contexts.length;
  const batch = Math.min(options.batch ?? BATCH, contexts);
  const scan = createCodeScan({
    model,
    dictionary,
    site,
    stream,
    contexts: text.contexts,
    batch,
    memory: codesMemory,
    saved: scratch && createSavedCodes(scratch, SAVED_CODES),
    signal,
  });
  const meter = createWorkMeter();
  meter.expect("first pass", contexts);
  if (!isLeftOut(options, "effects")) meter.expect("effects", contexts);
  meter.expect("records", dictionary.features);
  return { options, text, scan, meter, batch, ablation: isLastWrite(model, site) ? "direct" : "rerun" };
}

/** Whether a part of the description was not asked for. */
export function isLeftOut({ leaveOut = [] }: BuildFeatureRecordsOptions, part: LeavablePart): boolean {
  return leaveOut.includes(part);
}

/** Counts a share of a phase's work as done; the event that says so reaches all contexts at the very end alone. */
export function advance({ meter, text }: Build, phase: BuildPhase, share: number): BuildFeatureRecordsEvent {
  meter.advance(phase, share);
  const ofContexts = text.contexts.length;
  const contexts = Math.min(ofContexts - 1, Math.floor(meter.share() * ofContexts));
  return { kind: "progress", phase, contexts, ofContexts };
}

function chooseText(options: BuildFeatureRecordsOptions): SearchedText {
  const { model, dictionary, site, stream, seed, window = 4 } = options;
  const T = model.config.contextLength;
  const { width } = parseSite(site, model.config);
  if (dictionary.width !== width) {
    throw new UserError(
      `The dictionary reads vectors of width ${dictionary.width}, but ${site} of this model is ${width} wide: describe it on the model it was trained on.`,
    );
  }
  const available = countContexts(stream, T);
  const count = Math.min(options.contexts, available);
  if (count < 1) {
    throw new UserError(
      `The held-out text holds ${available} contexts of ${T} tokens, features need 1 or more: hold out more text.`,
    );
  }
  const sampler = createContextSampler({ count: available, seed });
  const contexts = Int32Array.from({ length: count }, (_, i) => sampler.contextAt(i)).sort();
  return { stream, contexts, contextLength: T, window };
}
