import {
  convertL1,
  L1_CONVENTIONS,
  type L1Convention,
  type L1Setting,
  PUBLISHED_L1,
} from "../autoencoder/l1-conversion.ts";
import { renderSuggestion } from "../numerics/nearest-name.ts";
import { UserError } from "../numerics/user-error.ts";
import type { Command, OptionValues } from "./command.ts";

const NAMES = L1_CONVENTIONS.flatMap(({ name, usedBy }) => [name, ...usedBy]);

/** `monosem lambda`: an L1 coefficient in every convention, or the published ones on one scale. */
export const lambda: Command = {
  summary: "convert an L1 coefficient between the conventions of published recipes",
  options: {
    l1: { kind: "string", placeholder: "X", describe: "the coefficient; without it, those that were published" },
    from: {
      kind: "string",
      placeholder: "NAME",
      describe: "its convention, or a recipe that has it",
      default: "sum-of-squares",
    },
    width: { kind: "integer", placeholder: "N", describe: "width of the activations", default: 512 },
    batch: { kind: "integer", placeholder: "N", describe: "vectors per step, for summed-over-batch" },
    "mean-norm": { kind: "string", placeholder: "X", describe: "mean norm of the activations, for unit-scale" },
    scale: { kind: "string", placeholder: "S", describe: "factor by which your activations are larger", default: "1" },
    json: { kind: "flag", describe: "one JSON object" },
  },
  examples: [
    "monosem lambda",
    "monosem lambda --l1 0.004 --from paper --width 512 --batch 4096",
    "monosem lambda --l1 5 --from april-2024 --width 512 --mean-norm 7.3",
  ],
  notes: () => [
    "Conventions",
    ...L1_CONVENTIONS.map(({ name, loss, usedBy }) => `  ${name.padEnd(18)} ${loss}  (${usedBy.join(", ")})`),
    "",
    "Activations times s have the same minimum under a coefficient times s: --scale s.",
  ],
  run: async (values) => {
    const text = values.string("l1") === undefined ? showPublished(values) : showConversion(values);
    process.stdout.write(`${text}\n`);
  },
};

interface Row {
  readonly name: string;
  readonly l1: number | undefined;
  readonly about: string;
}

function showConversion(values: OptionValues): string {
  const from = parseConvention(values.string("from")!);
  const setting: L1Setting = {
    width: positive(values, "width"),
    batch: values.integer("batch") === undefined ? undefined : positive(values, "batch"),
    meanNorm: values.string("mean-norm") === undefined ? undefined : positive(values, "mean-norm"),
  };
  const scale = positive(values, "scale");
  const l1 = convertL1(parseNumber("l1", values.string("l1")!), from, "sum-of-squares", setting);
  const needs: Readonly<Record<string, string>> = { "summed-over-batch": "--batch", "unit-scale": "--mean-norm" };
  if (l1 === undefined) throw new UserError(`--from ${from} depends on what is not given: add ${needs[from]}`, 2);
  const scaled = { ...setting, meanNorm: setting.meanNorm === undefined ? undefined : setting.meanNorm * scale };
  const rows = L1_CONVENTIONS.map(({ name, loss }): Row => {
    const converted = convertL1(l1 * scale, "sum-of-squares", name, scaled);
    return { name, l1: converted, about: converted === undefined ? `needs ${needs[name]}` : loss };
  });
  if (!values.flag("json")) return renderTable(rows);
  const converted = Object.fromEntries(rows.map((row) => [row.name, row.l1 ?? null]));
  return JSON.stringify({ ...setting, scale, from, l1: converted });
}

function showPublished(values: OptionValues): string {
  const published = PUBLISHED_L1.map((entry) => ({
    ...entry,
    sumOfSquares: convertL1(entry.l1, entry.convention, "sum-of-squares", entry)!,
  }));
  if (values.flag("json")) return JSON.stringify({ published });
  const rows = published.map(({ source, l1, convention, sumOfSquares }): Row => {
    return { name: source, l1: sumOfSquares, about: `published as ${l1}, ${convention}` };
  });
  return ["L1 coefficients beside a sum of squares", ...renderTable(rows).split("\n")].join("\n");
}

function renderTable(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows
    .map(({ name, l1, about }) => `  ${name.padEnd(width)}  ${renderNumber(l1).padStart(9)}  ${about}`)
    .join("\n");
}

function renderNumber(value: number | undefined): string {
  return value === undefined ? "-" : String(Number(value.toPrecision(3)));
}

function parseConvention(name: string): L1Convention["name"] {
  const found = L1_CONVENTIONS.find((convention) => convention.name === name || convention.usedBy.includes(name));
  if (found !== undefined) return found.name;
  throw new UserError(
    `--from ${name} is no convention${renderSuggestion(name, NAMES)}; there are ${NAMES.join(", ")}`,
    2,
  );
}

function positive(values: OptionValues, name: string): number {
  const value = parseNumber(name, values.string(name)!);
  if (value > 0) return value;
  throw new UserError(`--${name} is ${value}, wanted a number above 0`, 2);
}

function parseNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new UserError(`--${name} is ${text}, wanted a number of at least 0`, 2);
  return value;
}
