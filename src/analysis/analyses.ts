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
  gallery: {
    title: "The replication's named features",
    about: "which of the features that the paper's replication names are here, and which are absent",
    doing: "Looking for the features that the replication names",
  },
  actions: {
    title: "Features as results and as actions",
    about: "whether features that stand for something, or are said to raise some tokens, do so when they are held high",
    doing: "Holding features high to see what they raise",
  },
  "neuron-basis": {
    title: "Features and single neurons",
    about:
      "how far directions lie along one neuron, ten or many, and where the model does not read, beside random directions",
    doing: "Measuring directions against the neuron basis",
  },
  ultralow: {
    title: "The ultralow cluster",
    about:
      "whether features that hardly ever fire stand apart, where their encoders point, what fires them, when they fell",
    doing: "Looking for the ultralow cluster",
  },
  map: {
    title: "The map",
    about: "which features have like directions: all of them in two dimensions, in clusters and in one order",
    doing: "Drawing the map of features",
  },
  splitting: {
    title: "How features split",
    about: "which features of a smaller dictionary are split in a larger one, and how many a concept has at each size",
    doing: "Finding features that are split in larger dictionaries",
  },
  automata: {
    title: "Automata and modules",
    about: "which features raise tokens on which others fire, in circles, and which fire together",
    doing: "Looking for automata and modules",
  },
} as const satisfies Readonly<Record<string, Analysis>>;

/** One analysis. */
export type AnalysisName = keyof typeof ANALYSES;

/** All analyses, in the order in which they are listed. */
export const ANALYSIS_NAMES = Object.keys(ANALYSES) as readonly AnalysisName[];

/** Further files of analyses, larger than what their pages need at first. */
export const ANALYSIS_PARTS = {
  /** The activations by level of what came near each proxy. */
  "specificity-profiles": "specificity",
  /** Random firings of what was found. */
  "specificity-examples": "specificity",
} as const satisfies Readonly<Record<string, AnalysisName>>;

/** A file of an analysis: its result or a further part. */
export type AnalysisFile = AnalysisName | keyof typeof ANALYSIS_PARTS;

/** All files of analyses. */
export const ANALYSIS_FILES = [...ANALYSIS_NAMES, ...Object.keys(ANALYSIS_PARTS)] as readonly AnalysisFile[];

/** Analyses of what only a dictionary that was learned has: neurons have no encoder of their own. */
const OF_ENCODERS: ReadonlySet<AnalysisName> = new Set(["ultralow"]);

/** The analyses that a dictionary can have, by its name. */
export function listPossibleAnalyses(dictionary: string): readonly AnalysisName[] {
  return dictionary === "neurons" ? ANALYSIS_NAMES.filter((name) => !OF_ENCODERS.has(name)) : ANALYSIS_NAMES;
}
