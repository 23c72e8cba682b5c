import type { Session } from "../server/api.ts";
import { createFeaturePacks } from "../server/feature-packs.ts";
import { createLabelClient } from "../server/label-client.ts";
import type { RunCatalogue, ServedDictionary, ServedRun } from "../server/run-catalogue.ts";
import type { FeaturePack } from "../store/feature-pack.ts";
import { chooseDictionaries, demandPack } from "./choose-dictionaries.ts";
import { createSiteAnswers, type SiteAnswers } from "./site-answers.ts";

/** A run that is copied for others, with the dictionaries that go along. */
export interface CopiedRun {
  readonly run: ServedRun;
  readonly catalogue: RunCatalogue;
  /** What the server would answer, except that a session can do what the copy can. */
  readonly createAnswers: (session: Session) => SiteAnswers;
  /** Throws a `UserError` where the dictionary has no pages. */
  readonly openPack: (dictionary: ServedDictionary) => Promise<FeaturePack>;
  readonly close: () => Promise<void>;
}

/** Opens a run to be copied, with the dictionaries of these names, or all that have feature pages. Nothing of it is changed. */
export async function openCopiedRun(directory: string, dictionaries: readonly string[]): Promise<CopiedRun> {
  const [packs, labels] = [createFeaturePacks(), createLabelClient()];
  const stopped = new AbortController();
  const close = async () => {
    stopped.abort();
    await labels.close();
    packs.close();
  };
  try {
    const catalogue = await chooseDictionaries(directory, dictionaries, packs);
    const run = catalogue.runs[0]!;
    return {
      run,
      catalogue,
      createAnswers: (session) => createSiteAnswers({ catalogue, packs, labels, signal: stopped.signal }, run, session),
      openPack: (dictionary) => demandPack(packs, dictionary),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
