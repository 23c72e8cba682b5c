import { existsSync, readFileSync } from "node:fs";
import type { AnalysisName } from "../analysis/analyses.ts";
import type { Run } from "../pipeline/open-run.ts";
import type { RunReport } from "../pipeline/report.ts";
import type { RunPaths } from "../store/run-directory.ts";
import { type Command, createMissingSection, type Section } from "./article.ts";

/** What an article is about: one dictionary of a run, and all that was found out about it. */
export interface Subject {
  readonly run: Run;
  readonly paths: RunPaths;
  readonly report: RunReport;
  /** Name of the dictionary. */
  readonly dictionary: string;
}

/** A JSON file of the run, if it is there. */
export function readIfThere<T>(path: string): T | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : undefined;
}

/** The command as it is typed for this run. */
export function nameCommand({ run, dictionary }: Subject, command: string): string {
  return `monosem ${command} --run ${run.directory} --dictionary ${dictionary}`;
}

/** The line under a section that says how to make it again. */
export function showCommand(subject: Subject, command: string): Command {
  return { kind: "command", command: nameCommand(subject, command), missing: false };
}

/** The section of an analysis from its result, or what to run where there is none. */
export function tellAnalysis<T>(
  subject: Subject,
  { name, title }: { readonly name: AnalysisName; readonly title: string },
  tell: (found: T) => Section["blocks"],
): Section {
  const found = readIfThere<T>(subject.paths.analysis(name, subject.dictionary));
  const command = `analyse ${name}`;
  if (found === undefined) return createMissingSection(name, title, nameCommand(subject, command));
  return { id: name, title, blocks: [...tell(found), showCommand(subject, command)] };
}
