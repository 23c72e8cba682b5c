import { existsSync, readFileSync } from "node:fs";
import type { RatingFormat } from "../interchange/rating-files.ts";
import { UserError } from "../numerics/user-error.ts";
import { exportRatings, importRatings } from "../pipeline/rate/exchange-ratings.ts";
import { prepareSession } from "../pipeline/rate/prepare-session.ts";
import { reportSession } from "../pipeline/rate/report-session.ts";
import { parseAnnotations } from "../store/annotation-schema.ts";
import { sessionSchema } from "../store/rating-schema.ts";
import { openRatings, type Ratings } from "../store/ratings.ts";
import { nameRun, runPaths } from "../store/run-directory.ts";
import { writeAtomically } from "../store/write-atomically.ts";
import type { Command, OptionValues } from "./command.ts";
import { renderSessionReport } from "./render-session-report.ts";

type Action = (directory: string, session: string, values: OptionValues) => void;

const ACTIONS: Readonly<Record<string, Action>> = {
  prepare,
  summary: (directory, session, values) =>
    usingRatings(directory, (ratings) => {
      const report = reportSession(ratings, session);
      print(values.flag("json") ? JSON.stringify(report) : renderSessionReport(report));
    }),
  export: (directory, session, values) =>
    usingRatings(directory, (ratings) => {
      const [file, format] = readFile(values);
      const text = exportRatings(ratings, session, format);
      if (file === "-") process.stdout.write(text);
      else writeAtomically(file, new TextEncoder().encode(text));
    }),
  import: (directory, session, values) =>
    usingRatings(directory, (ratings) => {
      const [file, format] = readFile(values);
      const [text, name] =
        file === "-" ? [readFileSync(0, "utf8"), "standard input"] : [readFileSync(file, "utf8"), file];
      const count = importRatings(ratings, session, { text, format, name }, new Date().toISOString());
      print(`${count.added} units added, ${count.replaced} replaced, ${count.kept} as they were`);
    }),
};

/** `monosem rate`: a blind sample of features and neurons to be rated by people, and what came out. */
export const rate: Command = {
  summary: "let people rate a blind mixture of features and neurons, and sum up what they gave",
  argument: { placeholder: Object.keys(ACTIONS).join("|"), describe: "what to do; prepare unless given" },
  options: {
    run: { kind: "string", placeholder: "DIR", describe: "run directory" },
    session: { kind: "string", placeholder: "NAME", describe: "name of the sample that is rated", default: "first" },
    dictionary: { kind: "string", placeholder: "NAME", describe: "whose features are rated", default: "main" },
    control: {
      kind: "string",
      placeholder: "DIR",
      describe: "a run of shuffled weights, whose features are rated too",
    },
    features: { kind: "integer", placeholder: "N", describe: "features, and as many neurons", default: 24 },
    intervals: { kind: "integer", placeholder: "N", describe: "intervals of each that are scored", default: 3 },
    seed: { kind: "integer", placeholder: "N", describe: "same seed, same sample and order", default: 0 },
    file: {
      kind: "string",
      placeholder: "FILE",
      describe: "a .csv or .jsonl file; - for standard output or input",
      default: "-",
    },
    json: { kind: "flag", describe: "the summary, or what was prepared, as JSON" },
  },
  examples: [
    "monosem rate --run runs/demo",
    "monosem rate summary --run runs/demo",
    "monosem rate export --run runs/demo --file ratings.csv",
    "monosem rate import --run runs/demo --file ratings.csv",
  ],
  notes: () => [
    "Rating happens in the browser: monosem serve --run DIR, then the page /rate. The summary says what each unit was.",
    "An import takes the place of the same rater's answers about the same units; a file with anything wrong in it changes nothing.",
  ],
  run: async (values) => {
    const action = values.argument ?? "prepare";
    if (!Object.hasOwn(ACTIONS, action))
      throw new UserError(`rate: got ${action}, wanted ${Object.keys(ACTIONS).join(", ")}`, 2);
    const directory = values.string("run");
    if (directory === undefined) throw new UserError("--run DIR is missing: name the run directory", 2);
    if (!existsSync(runPaths(directory).config))
      throw new UserError(`${directory} is not a run directory: it has no config.json`);
    ACTIONS[action]!(directory, parseAnnotations(sessionSchema, values.string("session"), "--session"), values);
  },
};

function prepare(directory: string, session: string, values: OptionValues): void {
  const [features, intervals] = [readCount(values, "features"), readCount(values, "intervals")];
  const [dictionary, control, seed] = [values.string("dictionary")!, values.string("control"), values.integer("seed")!];
  const request = { directory, session, dictionary, control, features, intervals, seed };
  const units = prepareSession(request, new Date().toISOString()).length;
  const page = `/rate/${nameRun(directory)}/${session}`;
  print(
    values.flag("json")
      ? JSON.stringify({ kind: "prepared", session, units, page })
      : `${units} units are ready to be rated; serve the run and open ${page}:\nmonosem serve --run ${directory}`,
  );
}

function usingRatings(directory: string, work: (ratings: Ratings) => void): void {
  const ratings = openRatings(runPaths(directory).ratings);
  try {
    work(ratings);
  } finally {
    ratings.close();
  }
}

function readCount(values: OptionValues, name: "features" | "intervals"): number {
  const count = values.integer(name)!;
  if (count >= 1) return count;
  throw new UserError(`--${name} is ${count}, wanted 1 or more`, 2);
}

function readFile(values: OptionValues): [file: string, format: RatingFormat] {
  const file = values.string("file")!;
  if (file === "-" || /\.csv$/i.test(file)) return [file, "csv"];
  if (/\.jsonl$/i.test(file)) return [file, "jsonl"];
  throw new UserError(`--file is ${file}, wanted a name that ends in .csv or .jsonl`, 2);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
