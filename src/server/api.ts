import type { AnalysisName } from "../analysis/analyses.ts";
import type { Specificity } from "../analysis/specificity.ts";
import type { DictionaryConfig } from "../autoencoder/config.ts";
import type { RatingAnswers } from "../interpret/rubric.ts";
import type { Finding } from "../metrics/diagnose-finding.ts";
import type { ReconstructionMetrics } from "../metrics/dictionary-metrics.ts";
import type { Experiment } from "../pipeline/experiment.ts";
import type { InterpretationKey, InterpretedFeature } from "../pipeline/interpret/interpretation-file.ts";
import type { ListedInterpretation } from "../pipeline/interpret/list-interpretations.ts";
import type { RunProgress } from "../pipeline/progress-recorder.ts";
import type { SessionReport } from "../pipeline/rate/report-session.ts";
import type { RunReport } from "../pipeline/report.ts";
import type { ModelEvaluation } from "../pipeline/stages/train-model.ts";
import type { Timings } from "../pipeline/timings.ts";
import type { FeatureList } from "../store/annotation-schema.ts";
import type { LogLine } from "../store/event-log.ts";
import type { FeaturePackHeader } from "../store/feature-pack.ts";
import type { RatingSession } from "../store/ratings.ts";

/** Where a run is; `waiting` when nothing has been written yet. */
export type RunState = "waiting" | RunProgress["state"];

/** One run in `GET /api/runs`. */
export interface ListedRun extends RunSummary {
  /** What the training doctor says of its dictionaries that have begun to learn. */
  readonly doctor: readonly DoctorVerdict[];
}

/** What the training doctor says of a dictionary, in short, the worst first. */
export interface DoctorVerdict {
  /** Its name within the run. */
  readonly dictionary: string;
  readonly looks: number;
  readonly findings: readonly Pick<Finding, "rule" | "severity" | "title">[];
}

/** A run with what it is doing. */
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
  /** Features of scripts and kinds of text; null until they were searched for. `GET /api/d/:id/analyses/specificity-profiles` gives their `SpecificityProfiles`. */
  readonly specificity: Specificity | null;
  /** What was found out about it; `GET /api/d/:id/analyses/:name` gives each. */
  readonly analyses: readonly AnalysisName[];
  /** Why what a pack shows is not of the dictionary as it is now, and what to do. */
  readonly packWarning: string | null;
  /** The comparisons that it is one side of; `GET /api/compare/:left/:right` gives each as `Comparison`. */
  readonly comparisons: readonly ComparedPair[];
}

/** The addresses of two dictionaries that were compared, in the order in which they were. */
export interface ComparedPair {
  readonly left: string;
  readonly right: string;
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

/** `GET /api/runs/:run/contexts/:n`: one context of the held-out text, numbered as examples are. */
export interface ServedContext {
  readonly tokens: readonly number[];
}

/** `GET /api/d/:id/interpretations`: this dictionary's, and those of others that were examined by the same method on the same text. */
export interface DictionaryInterpretations {
  readonly interpretations: readonly ServedInterpretation[];
}

/** What one method's explanations of a dictionary, by its id, scored. */
export type ServedInterpretation = ListedInterpretation & { readonly id: string };

/** One feature in `GET /api/d/:id/features/:n/scored`. */
export type ScoredFeature = InterpretedFeature & Pick<InterpretationKey, "method" | "dictionarySha256">;

/** `GET /api/runs/:run/ratings`. */
export interface RatingSessions {
  readonly sessions: readonly RatingSession[];
}

/** `GET /api/runs/:run/ratings/:session/progress?rater=`: how many units there are, and what this rater answered. */
export interface RatingProgress {
  readonly units: number;
  readonly answers: readonly { readonly unit: number; readonly answers: RatingAnswers }[];
}

/** `GET /api/runs/:run/ratings/:session/report`: null while somebody has begun and is not done, since it un-blinds. */
export interface RatingReport {
  readonly report: SessionReport | null;
  readonly waiting: readonly { readonly rater: string; readonly done: number }[];
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

/** `GET /api/d/:id/annotations`; `PUT /api/d/:id/features/:n/annotation` takes an `AnnotationChange` and answers with the `Annotation`. */
export type {
  Annotation,
  /** @public */
  AnnotationChange,
  DictionaryAnnotations,
  /** @public */
  Explanation,
  FeatureList,
  /** @public */
  ListChange,
  /** @public */
  ListCreation,
  /** @public */
  ListItem,
} from "../store/annotation-schema.ts";

/** `GET /api/runs/:run/lists`, those changed last first; `POST` takes a `ListCreation`, `PUT .../lists/:id` a `ListChange`. */
export interface FeatureLists {
  readonly lists: readonly FeatureList[];
}

/** `GET /api/d/:id/search?q=`: the features that have, for each word, a word in their label, note, explanations or tokens beginning with it. */
export interface SearchAnswer {
  readonly features: readonly number[];
}
