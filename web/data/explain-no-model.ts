import type { DictionarySummary, RunDetails } from "../../src/server/api.ts";

/** Why a dictionary cannot be tried on a text. */
export interface NoModel {
  readonly reason: string;
  /** It can be when the run has gone on. */
  readonly passes: boolean;
}

/** A copy of the pages may come without the model. */
export const NO_COPY: NoModel = {
  reason: "This copy of the pages carries no model: texts can be tried where the run itself is served.",
  passes: false,
};

/** Why nothing can be computed on new text with a dictionary and its model; undefined when it can. */
export function explainNoModel(
  { experiment, progress }: Pick<RunDetails, "experiment" | "progress">,
  { pack }: Pick<DictionarySummary, "pack">,
): NoModel | undefined {
  if (experiment !== null && experiment.activations.files.length > 0)
    return {
      reason:
        "This dictionary was learned from given activations: there is no model here that could read a text. A run on a corpus, monosem run, has one.",
      passes: false,
    };
  if (progress?.state !== "running" || pack?.partial === false) return undefined;
  return {
    reason:
      "This run is still learning. Its dictionary can be tried on texts as soon as it is finished; this page goes on by itself then.",
    passes: true,
  };
}
