import { existsSync } from "node:fs";
import { UserError } from "../numerics/user-error.ts";
import { exportAnnotations, importAnnotations, readAnnotationFile } from "../store/annotation-exchange.ts";
import type { AnnotationFile } from "../store/annotation-schema.ts";
import { listDictionaryNames } from "../store/dictionary-names.ts";
import { runPaths } from "../store/run-directory.ts";
import { writeJson } from "../store/write-atomically.ts";
import type { Command } from "./command.ts";

/** `monosem labels export|import`: labels, notes, ratings, explanations and lists as one JSON file. */
export const labels: Command = {
  summary: "take labels, notes, ratings, explanations and lists out of a run, or into one",
  argument: { placeholder: "export|import", describe: "which way" },
  options: {
    run: { kind: "string", placeholder: "DIR", describe: "run directory" },
    file: { kind: "string", placeholder: "FILE", describe: "JSON file; - for standard output or input", default: "-" },
  },
  examples: [
    "monosem labels export --run runs/demo --file labels.json",
    "monosem labels import --run runs/other --file labels.json",
  ],
  notes: () => [
    "An import adds; where both have something, what was changed last stays. It deletes nothing, and a second one changes nothing.",
    "The server may run meanwhile.",
  ],
  run: async (values) => {
    const [directory, file] = [values.string("run"), values.string("file")!];
    if (directory === undefined) throw new UserError("--run DIR is missing: name the run directory", 2);
    const paths = runPaths(directory);
    if (!existsSync(paths.config)) throw new UserError(`${directory} is not a run directory: it has no config.json`);
    if (values.argument === "export") return writeExport(exportAnnotations(paths.labels), file);
    if (values.argument !== "import")
      throw new UserError(`labels: got ${values.argument ?? "nothing"}, wanted export or import`, 2);
    const annotations = readAnnotationFile(file);
    const { added, replaced, kept } = importAnnotations(paths.labels, annotations, new Date().toISOString());
    process.stdout.write(`${added} added, ${replaced} replaced by newer ones, ${kept} as they were\n`);
    for (const sentence of listStrangers(annotations, listDictionaryNames(directory)))
      process.stderr.write(`${sentence}\n`);
  },
};

function writeExport(annotations: AnnotationFile, file: string): void {
  if (file !== "-") writeJson(file, annotations);
  else process.stdout.write(`${JSON.stringify(annotations, null, 2)}\n`);
}

/** Entries about dictionaries that the run does not have are kept, and told. */
function listStrangers(file: AnnotationFile, names: readonly string[]): string[] {
  const about = [...file.annotations, ...file.explanations, ...file.lists.flatMap(({ items }) => items)];
  const strangers = Map.groupBy(about, ({ dictionary }) => dictionary);
  return [...strangers]
    .filter(([name]) => !names.includes(name))
    .map(([name, { length }]) => `${length} of them are about a dictionary that this run does not have: ${name}`);
}
