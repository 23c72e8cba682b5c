import { resolve } from "node:path";
import { UserError } from "../numerics/user-error.ts";
import { exportSaelens, importSaelens } from "../pipeline/exchange-dictionary.ts";
import type { Command, OptionSpec, OptionValues } from "./command.ts";

const LAYOUTS = ["6", "before-6"] as const;

const OPTIONS = {
  run: { kind: "string", placeholder: "DIR", describe: "run directory" },
  dictionary: { kind: "string", placeholder: "NAME", describe: "which dictionary of the run" },
  json: { kind: "flag", describe: "one JSON object instead of a sentence" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `monosem import` */
export const importDictionary: Command = {
  summary: "take a SAELens dictionary into a run",
  argument: {
    placeholder: "FOLDER",
    describe: "folder with cfg.json and sae_weights.safetensors, of version 6 or before",
  },
  options: OPTIONS,
  examples: ["monosem import sae/ --run runs/first --dictionary theirs"],
  run: async (values) => {
    const folder = resolve(demand(values.argument, "FOLDER"));
    const exchange = {
      directory: demand(values.string("run"), "--run DIR"),
      dictionaryName: demandName(values),
      folder,
    };
    print(values, await importSaelens(exchange));
  },
};

/** `monosem export` */
export const exportDictionary: Command = {
  summary: "write a dictionary as a SAELens folder",
  options: {
    ...OPTIONS,
    to: { kind: "string", placeholder: "FOLDER", describe: "new folder to write" },
    layout: { kind: "string", placeholder: "6|before-6", describe: "SAELens's version", default: "6" },
  },
  examples: ["monosem export --run runs/first --dictionary main --to sae/"],
  run: async (values) => {
    const layout = LAYOUTS.find((known) => known === values.string("layout"));
    if (layout === undefined)
      throw new UserError(`--layout is ${values.string("layout")}, wanted one of ${LAYOUTS.join(", ")}`, 2);
    const folder = resolve(demand(values.string("to"), "--to FOLDER"));
    const exchange = {
      directory: demand(values.string("run"), "--run DIR"),
      dictionaryName: demandName(values),
      folder,
    };
    print(values, exportSaelens(exchange, layout));
  },
};

function demandName(values: OptionValues): string {
  return demand(values.string("dictionary"), "--dictionary NAME");
}

function demand(value: string | undefined, what: string): string {
  if (value === undefined || value === "") throw new UserError(`${what} is missing`, 2);
  return value;
}

function print(values: OptionValues, sentence: string): void {
  process.stdout.write(`${values.flag("json") ? JSON.stringify({ done: sentence }) : sentence}\n`);
}
