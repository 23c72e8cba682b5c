import type { Dictionary } from "../autoencoder/dictionary.ts";
import { type CodeScan, createCodeScan } from "../features/scan-codes.ts";
import type { SearchedText } from "../features/searched-text.ts";
import { parseSite, type SiteName } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import { UserError } from "../numerics/user-error.ts";
import { readTokenStream } from "../store/token-file.ts";
import { countContexts, spreadContexts } from "../text/contexts.ts";
import { readDictionary } from "./dictionary-files.ts";
import { readModel } from "./model-files.ts";
import type { StageContext } from "./stage.ts";

/** A dictionary's codes on the held-out text of a run, as far as analyses go over it. */
export interface HeldOutScan {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly site: SiteName;
  readonly text: SearchedText;
  /** To be released after use. */
  readonly scan: CodeScan;
}

const CONTEXTS_PER_PASS = 32;
/** Codes kept for a second pass. */
const CODES_MEMORY = 2 ** 29;
const WINDOW = 8;

/** Opens the held-out text, `analyses.tokens` of it at most, spread evenly over all. */
export function openHeldOutScan({ paths, kernels, experiment, dictionaryName, signal }: StageContext): HeldOutScan {
  const model = readModel(paths, kernels);
  const { vocabularySize, contextLength } = model.config;
  const { name: site, width } = parseSite(experiment.dictionary.site, model.config);
  const dictionary = readDictionary(paths.dictionary(dictionaryName), dictionaryName, kernels, width);
  const stream = readTokenStream(paths, "valid", vocabularySize);
  const available = countContexts(stream, contextLength);
  if (available === 0)
    throw new UserError(
      `${paths.root}: the held-out text has not one context of ${contextLength} tokens: hold out more text`,
    );
  const contexts = spreadContexts(
    available,
    Math.min(available, Math.ceil(experiment.analyses.tokens / contextLength)),
  );
  const text = { stream, contexts, contextLength, window: WINDOW };
  const place = { model, dictionary, site, stream, contexts, signal };
  return { ...place, text, scan: createCodeScan({ ...place, batch: CONTEXTS_PER_PASS, memory: CODES_MEMORY }) };
}
