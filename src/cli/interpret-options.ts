import { openChatEndpoint } from "../interchange/chat-endpoint.ts";
import { createBudget, type Prices } from "../interpret/budget.ts";
import { type InterpretMethod, ruleMethod } from "../interpret/interpret-method.ts";
import { createModelMethod } from "../interpret/model-method.ts";
import { UserError } from "../numerics/user-error.ts";
import { createPaidModel } from "../pipeline/interpret/paid-model.ts";
import { openReplyCache } from "../store/reply-cache.ts";
import { runPaths } from "../store/run-directory.ts";
import { openSpendingLog } from "../store/spending-log.ts";
import type { OptionSpec, OptionValues } from "./command.ts";
import { parseNumber } from "./live-options.ts";

const MODEL_NAME = /^[\w.:/@+-]{1,80}$/;
const OPENAI = "https://api.openai.com/v1";

/** Options that say who explains and what it may cost. */
export const MODEL_OPTIONS = {
  by: { kind: "string", placeholder: "WHO", describe: "rules, which need no key, or model", default: "rules" },
  model: { kind: "string", placeholder: "NAME", describe: "name of the language model (MONOSEM_MODEL unless given)" },
  "base-url": {
    kind: "string",
    placeholder: "URL",
    describe: "an endpoint with OpenAI's interface (OPENAI_BASE_URL unless given, else OpenAI's own)",
  },
  prices: { kind: "string", placeholder: "IN,OUT", describe: "price of a million tokens asked and answered" },
  budget: {
    kind: "string",
    placeholder: "AMOUNT",
    describe: "never spend more on this model in this run, in the currency of the prices",
  },
  concurrency: { kind: "integer", placeholder: "N", describe: "features asked about at once", default: 4 },
  "requests-per-minute": { kind: "integer", placeholder: "N", describe: "send no more requests", default: 300 },
  timeout: { kind: "integer", placeholder: "SECONDS", describe: "wait no longer for a reply", default: 180 },
  "dry-run": { kind: "flag", describe: "say what a model would cost, and send nothing" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Who the options say explains; the key and nothing else comes from the environment alone. */
export function openMethod(directory: string, values: OptionValues): InterpretMethod {
  const by = values.string("by")!;
  if (by === "rules") return ruleMethod;
  if (by !== "model") throw new UserError(`--by is ${by}, wanted rules or model`, 2);
  const model = values.string("model") ?? process.env.MONOSEM_MODEL ?? "";
  if (model === "") throw new UserError("--model NAME is missing: name the language model that is to be asked", 2);
  if (!MODEL_NAME.test(model))
    throw new UserError("--model: wanted at most 80 letters, digits and . : / @ + _ -, as models are named", 2);
  const baseUrl = parseBaseUrl(values.string("base-url") ?? process.env.OPENAI_BASE_URL ?? OPENAI);
  const apiKey = process.env.OPENAI_API_KEY ?? "";
  if (apiKey === "" && baseUrl === OPENAI)
    throw new UserError("OPENAI_API_KEY is not set: export a key, or name a local endpoint with --base-url", 2);
  const paths = runPaths(directory);
  const endpoint = { baseUrl, model, apiKey, timeoutMs: 1000 * parseCount(values, "timeout") };
  return createModelMethod(
    createPaidModel({
      model,
      baseUrl,
      send: openChatEndpoint(endpoint),
      cache: openReplyCache(paths.replies),
      budget: createBudget(
        parseBudget(values),
        parsePrices(values),
        openSpendingLog(paths.spending, `${baseUrl} ${model}`),
      ),
      concurrency: parseCount(values, "concurrency"),
      requestsPerMinute: parseCount(values, "requests-per-minute"),
    }),
  );
}

/** `--prices IN,OUT`, without which nothing is asked. */
export function parsePrices(values: OptionValues): Prices {
  const text = values.string("prices") ?? "";
  const [, input, output] = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (input === undefined || output === undefined)
    throw new UserError(
      `--prices is ${text === "" ? "missing" : text}, wanted what a million tokens asked and answered cost, such as 0.15,0.60; 0,0 for a model of your own`,
      2,
    );
  return { input: Number(input), output: Number(output) };
}

function parseBudget(values: OptionValues): number {
  const amount = parseNumber(values, "budget");
  if (amount === undefined || amount < 0)
    throw new UserError("--budget AMOUNT is missing: say what may be spent at most; --dry-run estimates it", 2);
  return amount;
}

function parseBaseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "")
    throw new UserError("--base-url is no address, wanted one such as http://127.0.0.1:8080/v1, without a password", 2);
  return text.replace(/\/+$/, "");
}

function parseCount(values: OptionValues, name: keyof typeof MODEL_OPTIONS): number {
  const count = values.integer(name)!;
  if (count >= 1) return count;
  throw new UserError(`--${name} is ${count}, wanted 1 or more`, 2);
}
