import type { LiveSubject } from "../live/live-subject.ts";
import { UserError } from "../numerics/user-error.ts";
import { readMaximum } from "../pipeline/open-live.ts";
import { checkFeatures, type Intervention } from "../steering/intervention.ts";
import type { Command, OptionValues } from "./command.ts";
import { ask, demandRun, LIVE_OPTIONS, openSubject, parseAmount, parseNumber } from "./live-options.ts";

/** The paper's prefix of pinned samples. */
const PREFIX = "1,2,3,4,5,6,7,8,9,10";

/** `monosem steer`: what the model writes when features are changed. */
export const steer: Command = {
  summary: "let the model write with features pinned, added or ablated, beside what it writes by itself",
  options: {
    ...LIVE_OPTIONS,
    feature: { kind: "integer", placeholder: "N", describe: "number of the feature" },
    pin: { kind: "string", placeholder: "VALUE", describe: "pin to this value (its largest activation unless given)" },
    add: { kind: "string", placeholder: "X", describe: "add this multiple of its direction instead" },
    ablate: { kind: "flag", describe: "pin to 0 instead" },
    also: { kind: "strings", placeholder: "N=VALUE", describe: "pin another feature as well; may be repeated" },
    span: {
      kind: "string",
      placeholder: "FROM:TO",
      describe: "only on these positions; 0 is the separator before the text",
    },
    prompt: { kind: "string", placeholder: "TEXT", describe: "how the text begins", default: PREFIX },
    tokens: { kind: "integer", placeholder: "N", describe: "how many tokens to write", default: 40 },
    temperature: { kind: "string", placeholder: "T", describe: "0 always takes the likeliest token", default: "1" },
    "top-k": { kind: "integer", placeholder: "K", describe: "draw among the K likeliest; 0 for all", default: 0 },
    "top-p": { kind: "string", placeholder: "P", describe: "draw among those that hold probability P", default: "1" },
    seed: { kind: "integer", placeholder: "N", describe: "same seed, same text", default: 0 },
  },
  examples: [
    "monosem steer --run runs/demo --feature 17",
    'monosem steer --run runs/demo --feature 17 --pin 4.5 --also 42=0 --prompt "The licence" --seed 3',
  ],
  run: runSteer,
};

/** Ways to write: which interventions are in force, and what becomes of the dictionary's error. */
const WAYS = {
  unsteered: { steered: false, errorTerm: "keep", title: "unsteered" },
  keep: { steered: true, errorTerm: "keep", title: "steered, error term kept" },
  drop: { steered: true, errorTerm: "drop", title: "steered, error term dropped" },
  dictionaryModel: { steered: false, errorTerm: "drop", title: "dictionary model, unsteered" },
} as const;

async function runSteer(values: OptionValues): Promise<void> {
  const feature = values.integer("feature");
  if (feature === undefined) throw new UserError("--feature N is missing: name a feature by its number", 2);
  const subject = await openSubject(values);
  checkFeatures(subject.dictionary, [feature]);
  const interventions = [parseIntervention(values, feature), ...values.strings("also").map(parseOther)];
  const samples: Record<string, Sample> = {};
  for (const [name, way] of Object.entries(WAYS)) samples[name] = await write(subject, values, interventions, way);
  const prompt = values.string("prompt")!;
  const shown = values.flag("json")
    ? JSON.stringify({ prompt, interventions, samples })
    : renderSamples(samples, interventions, prompt);
  process.stdout.write(`${shown}\n`);
}

function parseIntervention(values: OptionValues, feature: number): Intervention {
  const [pin, add] = [parseNumber(values, "pin"), parseNumber(values, "add")];
  const ways = [pin !== undefined, add !== undefined, values.flag("ablate")].filter((given) => given);
  if (ways.length > 1) throw new UserError("--pin, --add and --ablate exclude each other: give one of them", 2);
  const span = parseSpan(values.string("span"));
  if (add !== undefined) return { kind: "add", feature, amount: add, span };
  if (values.flag("ablate")) return { kind: "ablate", feature, span };
  const value = pin ?? readMaximum(demandRun(values), values.string("dictionary")!, feature);
  return { kind: "pin", feature, value, span };
}

function parseSpan(text: string | undefined): Intervention["span"] {
  if (text === undefined) return null;
  const [, from, to] = /^(\d{1,6}):(\d{1,6})$/.exec(text) ?? [];
  if (from === undefined || to === undefined || Number(from) >= Number(to))
    throw new UserError(`--span is ${text}, wanted FROM:TO such as 0:8, which are positions 0 to 7`, 2);
  return [Number(from), Number(to)];
}

function parseOther(text: string): Intervention {
  const [, feature, value] = /^(\d{1,9})=(.+)$/.exec(text) ?? [];
  if (feature === undefined || value === undefined)
    throw new UserError(`--also is ${text}, wanted a feature and a value such as 42=3.5`, 2);
  return { kind: "pin", feature: Number(feature), value: parseAmount("--also", value), span: null };
}

interface Sample {
  readonly text: string;
  readonly tokens: readonly { readonly token: number; readonly logProbability: number }[];
  /** Mean loss in nats of the prompt's tokens. */
  readonly promptLoss: number;
}

async function write(
  subject: LiveSubject,
  values: OptionValues,
  interventions: readonly Intervention[],
  { steered, errorTerm }: (typeof WAYS)[keyof typeof WAYS],
): Promise<Sample> {
  const events = await ask(subject, {
    kind: "steer",
    prompt: values.string("prompt"),
    interventions: steered ? interventions : [],
    errorTerm,
    tokens: values.integer("tokens"),
    seed: values.integer("seed"),
    temperature: parseNumber(values, "temperature"),
    topK: values.integer("top-k"),
    topP: parseNumber(values, "top-p"),
  });
  const { logProbabilities } = events.find((event) => event.kind === "prompt")!;
  const known = logProbabilities.filter((value) => value !== null);
  const tokens = events.flatMap((event) =>
    event.kind === "token" ? [{ token: event.token, logProbability: event.logProbability }] : [],
  );
  const text = subject.tokenizer.decode(tokens.map(({ token }) => token));
  return { text, tokens, promptLoss: -known.reduce((sum, value) => sum + value, 0) / known.length };
}

function renderSamples(
  samples: Readonly<Record<string, Sample>>,
  interventions: readonly Intervention[],
  prompt: string,
): string {
  const blocks = Object.entries(WAYS).map(([name, { title }]) => {
    const { text, tokens, promptLoss } = samples[name]!;
    const mean = tokens.reduce((sum, { logProbability }) => sum - logProbability, 0) / tokens.length;
    const losses = `prompt ${promptLoss.toFixed(3)}, what follows ${mean.toFixed(3)} nats per token`;
    return `── ${title} (${losses})\n${prompt}${text}`;
  });
  return [interventions.map(describe).join("; "), ...blocks].join("\n\n");
}

function describe(intervention: Intervention): string {
  const { kind, feature, span } = intervention;
  const where = span === null ? "on all positions" : `on positions ${span[0]} to ${span[1] - 1}`;
  if (kind === "pin") return `feature ${feature} pinned to ${intervention.value.toPrecision(4)} ${where}`;
  if (kind === "ablate") return `feature ${feature} ablated ${where}`;
  return `${intervention.amount} times the direction of feature ${feature} added ${where}`;
}
