import type { LiveToken } from "../live/live-event.ts";
import type { LiveSubject } from "../live/live-subject.ts";
import { UserError } from "../numerics/user-error.ts";
import type { Command, OptionValues } from "./command.ts";
import { ask, LIVE_OPTIONS, openSubject } from "./live-options.ts";

/** `monosem explore`: the features of a text. */
export const explore: Command = {
  summary: "show which features are active on each token of a text, and what each does",
  options: {
    ...LIVE_OPTIONS,
    text: { kind: "string", placeholder: "TEXT", describe: "the text" },
    top: { kind: "integer", placeholder: "N", describe: "features to list for each token", default: 5 },
    effects: { kind: "flag", describe: "ablate each feature: by how many nats it helps predict the next token" },
    next: { kind: "string", placeholder: "TOKEN", describe: "state each feature's effect on the logit of this token" },
  },
  examples: ['monosem explore --run runs/demo --text "The licence" --effects'],
  run: async (values) => {
    const text = values.string("text");
    if (text === undefined) throw new UserError("--text TEXT is missing: give the text to look at", 2);
    const subject = await openSubject(values);
    const nextToken = parseNextToken(subject, values.string("next"));
    const events = await ask(subject, { kind: "explore", text, effects: values.flag("effects"), nextToken });
    const explored = events.find((event) => event.kind === "explored")!;
    const tokens = explored.tokens.map((token) => ({ text: subject.tokenizer.tokenText(token.token), ...token }));
    const { contexts, contextLength } = explored;
    const shown = values.flag("json")
      ? JSON.stringify({ contexts, contextLength, tokens })
      : renderTokens(tokens, explored, values);
    process.stdout.write(`${shown}\n`);
  },
};

function parseNextToken({ tokenizer }: LiveSubject, text: string | undefined): number | null {
  if (text === undefined) return null;
  const ids = tokenizer.encode(text);
  if (ids.length === 1) return ids[0]!;
  throw new UserError(
    `--next ${JSON.stringify(text)} is ${ids.length} tokens, wanted one: a word in the middle of a text begins with its space`,
    2,
  );
}

type NamedToken = LiveToken & { readonly text: string };

function renderTokens(
  tokens: readonly NamedToken[],
  { contexts, contextLength }: { readonly contexts: number; readonly contextLength: number },
  values: OptionValues,
): string {
  const top = values.integer("top")!;
  const lines = tokens.map(({ text, logProbability, features }) => {
    const listed = features.slice(0, top).map(({ feature, activation, lossEffect, logitEffect }) => {
      const effects = [renderEffect("loss", lossEffect), renderEffect("logit", logitEffect)].filter(
        (part) => part !== "",
      );
      return `${feature} ${activation.toFixed(2)}${effects.length > 0 ? ` (${effects.join(", ")})` : ""}`;
    });
    const more = features.length > top ? `, ${features.length - top} more` : "";
    const log = logProbability === null ? "" : logProbability.toFixed(2);
    return `${JSON.stringify(text).padEnd(18)} ${log.padStart(7)}  ${listed.join(", ")}${more}`;
  });
  const head = `${"token".padEnd(18)} ${"log p".padStart(7)}  features, the strongest first`;
  const note = `The text is longer than the model's context of ${contextLength} tokens: it sees ${contexts} pieces, each alone.`;
  return [...(contexts > 1 ? [note] : []), head, ...lines].join("\n");
}

function renderEffect(name: string, effect: number | null): string {
  return effect === null ? "" : `${name} ${effect < 0 ? "" : "+"}${effect.toFixed(3)}`;
}
