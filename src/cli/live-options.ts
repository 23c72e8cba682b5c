import { selectKernels } from "../kernels/select.ts";
import { answerLive } from "../live/answer-live.ts";
import type { LiveEvent } from "../live/live-event.ts";
import { parseLiveRequest } from "../live/live-request.ts";
import type { LiveSubject } from "../live/live-subject.ts";
import { UserError } from "../numerics/user-error.ts";
import { openLive } from "../pipeline/open-live.ts";
import type { OptionSpec, OptionValues } from "./command.ts";
import { parseBackend, parseThreads } from "./run-options.ts";

/** Options of the commands that compute on a text of the reader's. */
export const LIVE_OPTIONS = {
  run: { kind: "string", placeholder: "DIR", describe: "run directory with a trained model and dictionary" },
  dictionary: { kind: "string", placeholder: "NAME", describe: "dictionary of the run, or neurons", default: "main" },
  backend: { kind: "string", placeholder: "NAME", describe: "native, reference or auto", default: "auto" },
  threads: { kind: "integer", placeholder: "N", describe: "threads to compute on (all cores unless given)" },
  json: { kind: "flag", describe: "one JSON object" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The model and dictionary that the options name. */
export async function openSubject(values: OptionValues): Promise<LiveSubject> {
  const directory = demandRun(values);
  const backend = parseBackend(values.string("backend")!) ?? "auto";
  const threads = parseThreads(values);
  const kernels = await selectKernels({ backend, ...(threads === undefined ? {} : { threads }) });
  return openLive(directory, values.string("dictionary")!, kernels);
}

/** `--run`, which must be given. */
export function demandRun(values: OptionValues): string {
  const directory = values.string("run");
  if (directory === undefined || directory === "")
    throw new UserError("--run DIR is missing: name a run directory with a trained model and dictionary", 2);
  return directory;
}

/** A number such as -2.5 given as `--name`; undefined where it is not. */
export function parseNumber(values: OptionValues, name: string): number | undefined {
  const text = values.string(name);
  return text === undefined ? undefined : parseAmount(`--${name}`, text);
}

/** The number that a text says; `name` is what is wrong otherwise. */
export function parseAmount(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new UserError(`${name} is ${text}, wanted a number such as 2.5`, 2);
  return value;
}

/** All events of the answer to a request, which is checked first. */
export function ask(subject: LiveSubject, request: unknown): Promise<LiveEvent[]> {
  return Array.fromAsync(answerLive(subject, parseLiveRequest(request)));
}
