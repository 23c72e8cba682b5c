import { basename, resolve } from "node:path";
import type { AnalysisName } from "../analysis/analyses.ts";
import { UserError } from "../numerics/user-error.ts";
import { NEURONS } from "../pipeline/dictionary-files.ts";
import { openRun } from "../pipeline/open-run.ts";
import type { RunReport } from "../pipeline/report.ts";
import { listDictionaryNames } from "../store/dictionary-names.ts";
import { runPaths } from "../store/run-directory.ts";
import type { Article, Section } from "./article.ts";
import { tellFeatureActions } from "./sections/actions.ts";
import { tellAutomata } from "./sections/automata.ts";
import { tellCaseStudies } from "./sections/case-studies.ts";
import { tellEffects } from "./sections/effects.ts";
import { tellGallery } from "./sections/gallery.ts";
import { tellInterpretability } from "./sections/interpretability.ts";
import { tellMap } from "./sections/map.ts";
import { tellMetrics } from "./sections/metrics.ts";
import { tellBasis } from "./sections/neuron-basis.ts";
import { tellSetUp } from "./sections/set-up.ts";
import { tellSpecificity } from "./sections/specificity.ts";
import { tellSplitting } from "./sections/splitting.ts";
import { tellUltralowCluster } from "./sections/ultralow.ts";
import { tellUniversality } from "./sections/universality.ts";
import { readIfThere, type Subject } from "./subject.ts";

/** The section of each analysis; one without its result names the command that makes it. */
const ANALYSIS_SECTIONS: Readonly<Record<AnalysisName, (subject: Subject) => Section>> = {
  specificity: tellSpecificity,
  gallery: tellGallery,
  actions: tellFeatureActions,
  "neuron-basis": tellBasis,
  ultralow: tellUltralowCluster,
  map: tellMap,
  splitting: tellSplitting,
  automata: tellAutomata,
};

/** The order of the paper; analyses stand where it argues with them. */
const ORDER: readonly (AnalysisName | ((subject: Subject) => Section))[] = [
  tellSetUp,
  tellMetrics,
  tellCaseStudies,
  "specificity",
  "gallery",
  tellEffects,
  "actions",
  tellUniversality,
  "splitting",
  "map",
  "neuron-basis",
  "ultralow",
  "automata",
  tellInterpretability,
];

/** All that was found out about a dictionary of a run, in the order of the paper. Throws a `UserError` where there is no run. */
export function writeArticle(directory: string, dictionary: string): Article {
  const paths = runPaths(directory);
  const run = openRun(directory);
  const report = readIfThere<RunReport>(paths.reportJson);
  if (report === undefined)
    throw new UserError(`${directory} has no report.json yet: finish it with monosem run --run ${directory}`);
  const names = ["main", NEURONS, ...listDictionaryNames(directory)];
  if (!names.includes(dictionary))
    throw new UserError(`${directory} has no dictionary ${dictionary}: there is ${[...new Set(names)].join(", ")}`, 2);
  const subject: Subject = { run, paths, report, dictionary };
  const { versions, machine, seed } = report;
  return {
    title: `The features of ${basename(resolve(directory))}, ${dictionary}`,
    subtitle:
      `monosem ${versions.monosem}, Node ${versions.node}, seed ${seed}; ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ` +
      `backend ${machine.backend} (${machine.level}, ${machine.threads} threads).`,
    sections: ORDER.map((part) => (typeof part === "string" ? ANALYSIS_SECTIONS[part] : part)(subject)),
  };
}
