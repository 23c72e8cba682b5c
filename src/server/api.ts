import type { ConceptSearch } from "../analysis/search-concepts.ts";
import type { DictionaryConfig } from "../autoencoder/config.ts";
import type { ReconstructionMetrics } from "../metrics/dictionary-metrics.ts";
import type { Experiment } from "../pipeline/experiment.ts";
import type { RunProgress } from "../pipeline/progress-recorder.ts";
import type { RunReport } from "../pipeline/report.ts";
import type { ModelEvaluation } from "../pipeline/stages/train-model.ts";
import type { Timings } from "../pipeline/timings.ts";
import type { LogLine } from "../store/event-log.ts";
import type { FeaturePackHeader } from "../store/feature-pack.ts";

/** Where a run is; `waiting` when nothing has been written yet. */
export type RunState = "waiting" | RunProgress["state"];

/** One run in `GET /api/runs`. */
export interface RunSummary {
  readonly id: string;
  /** Name of the run's folder. */
  readonly name: string;
  readonly state: RunState;
  readonly progress: RunProgress | null;
  readonly dictionaries: readonly DictionarySummary[];
}

/** One dictionary. */
export interface DictionarySummary {
  /** `{run}-{dictionary}`. */
  readonly id: string;
  readonly name: string;
  readonly run: string;
  /** Null until features can be looked at. */
  readonly pack: FeaturePackHeader | null;
  /** Why there is a pack that cannot be shown, and what to do. */
  readonly packProblem: string | null;
  /** How it is learned; null where the run has no config yet. */
  readonly config: DictionaryConfig | null;
  /** Null until the dictionary was judged. */
  readonly metrics: ReconstructionMetrics | null;
}

/** `GET /api/d/:id`. */
export interface DictionaryDetails extends DictionarySummary {
  /** Features of scripts and kinds of text; null until they were searched for. */
  readonly concepts: ConceptSearch | null;
}

/** `GET /api/runs/:run`: all that is known about a run apart from its curves. */
export interface RunDetails extends RunSummary {
  readonly experiment: Experiment | null;
  readonly timings: Timings;
  /** `report.json`, when the run has ended. */
  readonly report: RunReport | null;
  /** `model/evaluation.json`, when the model was judged. */
  readonly evaluation: ModelEvaluation | null;
}

/** `GET /api/runs/:run/vocabulary`: the bytes of each token in base64, empty for the one that separates documents. */
export interface Vocabulary {
  readonly tokens: readonly string[];
  readonly endOfText: number;
}

/** A log that grows while a run trains. */
export type LogSource = { readonly kind: "model" } | { readonly kind: "dictionary"; readonly name: string };

/** What `GET /api/runs/:run/events` sends. */
export type RunStreamEvent =
  /** New lines of a log; with `reset` they replace all lines of that source sent before. */
  | { readonly kind: "log"; readonly source: LogSource; readonly reset: boolean; readonly lines: readonly LogLine[] }
  | { readonly kind: "progress"; readonly progress: RunProgress | null }
  /** A report, metrics or feature pages appeared or changed: ask for the details again. */
  | { readonly kind: "changed" }
  | { readonly kind: "heartbeat" };

/** `GET /api/session`: what a page may ask of the server. */
export interface Session {
  /** Whether labels, notes, ratings and lists can be written here. */
  readonly writable: boolean;
  /** Where to compute on a text: in the page where each served model has one layer, else by the server; nowhere in a copy without the model. */
  readonly live: "page" | "server" | "none";
}

/** What somebody wrote about a feature: `PUT /api/d/:id/features/:n/annotation` answers with it. */
export interface Annotation {
  readonly feature: number;
  /** Empty where there is none. */
  readonly label: string;
  readonly note: string;
  /** Points of the paper's rubric, 0 to 14; null where the feature is not rated. */
  readonly rating: number | null;
  /** When it was last changed, ISO 8601 in UTC. */
  readonly updated: string;
}

/** Body of `PUT /api/d/:id/features/:n/annotation`: the fields to change; empty strings and null delete. @public */
export interface AnnotationChange {
  readonly label?: string;
  readonly note?: string;
  readonly rating?: number | null;
}

/** An explanation of a feature that a method found. */
export interface Explanation {
  readonly feature: number;
  readonly text: string;
  readonly method: string;
  readonly score: number | null;
}

/** `GET /api/d/:id/annotations`, by feature. @public */
export interface DictionaryAnnotations {
  readonly annotations: readonly Annotation[];
  readonly explanations: readonly Explanation[];
}

/** One feature on a list. */
export interface ListItem {
  /** Name of the dictionary within the run, such as `main`: its address is `{run}-{dictionary}`. */
  readonly dictionary: string;
  readonly feature: number;
  readonly note: string;
}

/** A list of features of one run, in the order of the list. */
export interface FeatureList {
  readonly id: number;
  readonly title: string;
  readonly items: readonly ListItem[];
  readonly updated: string;
}

/** `GET /api/runs/:run/lists`, the newest first. @public */
export interface FeatureLists {
  readonly lists: readonly FeatureList[];
}

/** Body of `POST /api/runs/:run/lists`, answered with the list. @public */
export interface ListCreation {
  readonly title: string;
}

/** Body of `PUT /api/runs/:run/lists/:id`, answered with the list. @public */
export interface ListChange {
  readonly title: string;
  readonly items: readonly ListItem[];
}

/** `GET /api/d/:id/search?q=`: features whose label, note, explanation, top tokens or logit tokens have all the words, best first. @public */
export interface SearchAnswer {
  readonly features: readonly number[];
}
