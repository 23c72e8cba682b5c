/** What an analysis is called and finds out. */
interface Analysis {
  /** Title of its page. */
  readonly title: string;
  /** What it tells, as the end of a sentence. */
  readonly about: string;
  /** What is being done while it runs. */
  readonly doing: string;
}

/**
 * What can be found out about the features of a finished dictionary. Each is computed by `monosem analyse NAME`, kept in the
 * run as `analyses/NAME.DICTIONARY.json` and shown at `/d/ID/NAME`.
 */
export const ANALYSES = {
  specificity: {
    title: "What features stand for",
    about: "which features, unions of features and neurons stand for scripts, kinds of text and other proxies",
    doing: "Searching features of scripts and kinds of text",
  },
} as const satisfies Readonly<Record<string, Analysis>>;

/** One analysis. */
export type AnalysisName = keyof typeof ANALYSES;

/** All analyses, in the order in which they are listed. */
export const ANALYSIS_NAMES = Object.keys(ANALYSES) as readonly AnalysisName[];
