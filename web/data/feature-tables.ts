import type { ExampleGroup, FeatureRecord } from "../../src/features/feature-record.ts";
import type { SavedTable } from "./save-file.ts";
import type { TokenNames } from "./token-names.ts";

/** Examples as a table: a line a token of each window. */
export function tabulateExamples(
  groups: readonly { readonly name: string; readonly examples: ExampleGroup["examples"] }[],
  names: TokenNames,
  measure: "loss" | "logit" = "loss",
): SavedTable {
  const columns = [
    "group",
    "example",
    "repeats",
    "document",
    "context",
    "position",
    "token",
    "text",
    "activation",
    measure === "loss" ? "effect_on_next_token_nats" : "effect_on_next_token_logit",
  ];
  const rows = groups.flatMap(({ name, examples }) =>
    examples.flatMap((example, number) => {
      const centre = (example.tokens.length - 1) / 2;
      const place = [name, number, example.repeats, example.document, example.context];
      return example.tokens.flatMap((token, at) =>
        token < 0
          ? []
          : [
              [
                ...place,
                example.position + at - centre,
                token,
                names.text(token),
                example.activations[at]!,
                example.effects?.[at] ?? "",
              ],
            ],
      );
    }),
  );
  return { columns, rows };
}

/** A histogram as a table: a line a bin. */
export function tabulateBins(counts: ArrayLike<number>, edges: readonly number[]): SavedTable {
  return {
    columns: ["from", "to", "tokens"],
    rows: Array.from(counts, (count, bin) => [edges[bin]!, edges[bin + 1]!, count]),
  };
}

/** Logit weights as a table, the raised tokens first. */
export function tabulateLogits({ logits }: FeatureRecord, names: TokenNames): SavedTable {
  const weights = logits === null ? [] : [...logits.positive, ...logits.negative];
  return {
    columns: ["token", "text", "logit_weight"],
    rows: weights.map(({ token, weight }) => [token, names.text(token), weight]),
  };
}
