import { selectKernels } from "../kernels/select.ts";
import { generate } from "../model/generate.ts";
import { UserError } from "../numerics/user-error.ts";
import { readTokenizer } from "../pipeline/corpus-files.ts";
import { readModel } from "../pipeline/model-files.ts";
import { readRunConfig } from "../pipeline/run-config.ts";
import { runPaths } from "../store/run-directory.ts";
import { readStageRecord, verifyStageRecord } from "../store/stage-record.ts";
import type { Command, OptionValues } from "./command.ts";

/** `monosem sample`: text from the model. */
export const sample: Command = {
  summary: "let the model write",
  options: {
    run: { kind: "string", placeholder: "DIR", describe: "run directory with a trained model" },
    prompt: { kind: "string", placeholder: "TEXT", describe: "how the text begins (a new document unless given)" },
    tokens: { kind: "integer", placeholder: "N", describe: "how many tokens to write", default: 200 },
    temperature: { kind: "string", placeholder: "T", describe: "0 always takes the likeliest token", default: "0.8" },
    "top-k": {
      kind: "integer",
      placeholder: "K",
      describe: "draw among the K likeliest tokens only; 0 for all",
      default: 0,
    },
    "top-p": {
      kind: "string",
      placeholder: "P",
      describe: "draw among the likeliest tokens that hold probability P",
      default: "1",
    },
    seed: { kind: "integer", placeholder: "N", describe: "same seed, same text", default: 0 },
    json: { kind: "flag", describe: "one JSON object with tokens and log-probabilities" },
  },
  examples: ['monosem sample --run runs/demo --prompt "The licence" --seed 3'],
  run: runSample,
};

async function runSample(values: OptionValues): Promise<void> {
  const directory = values.string("run");
  if (directory === undefined)
    throw new UserError("--run DIR is missing: name a run directory with a trained model", 2);
  const isRun = readRunConfig(directory) !== undefined;
  for (const stage of ["tokenize", "train-model"]) {
    const record = isRun ? readStageRecord(directory, stage) : undefined;
    if (!record) throw new UserError(`${directory} holds no trained model: run monosem run --run ${directory} first`);
    verifyStageRecord(directory, record);
  }
  const paths = runPaths(directory);
  const tokenizer = readTokenizer(paths);
  const model = readModel(paths, await selectKernels({}));
  const prompt = [tokenizer.endOfText, ...tokenizer.encode(values.string("prompt") ?? "")];
  const drawn = generate(model, prompt, {
    tokens: values.integer("tokens")!,
    temperature: parseNumber("temperature", values.string("temperature")!),
    topK: values.integer("top-k")!,
    topP: parseNumber("top-p", values.string("top-p")!),
    seed: values.integer("seed")!,
    stopToken: tokenizer.endOfText,
  });
  const tokens: { readonly token: number; readonly logProbability: number }[] = [];
  for await (const token of drawn) tokens.push(token);
  const ids = tokens.map(({ token }) => token).filter((token) => token !== tokenizer.endOfText);
  const text = (values.string("prompt") ?? "") + tokenizer.decode(ids);
  process.stdout.write(`${values.flag("json") ? JSON.stringify({ text, tokens }) : text}\n`);
}

function parseNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new UserError(`--${name} is ${text}, wanted a number of at least 0`, 2);
  return value;
}
