import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { SCORE_NAMES } from "../../interpret/score-answers.ts";
import type { ScoreSummary } from "../../interpret/summarise-scores.ts";
import type { Interpretation } from "../../pipeline/interpret/interpretation-file.ts";
import { createMissingSection, type Section } from "../article.ts";
import { readIfThere, type Subject } from "../subject.ts";
import { formatMedian } from "../words.ts";

const TITLE = "Whether people and models can say what features mean";
type Stored = Interpretation & { readonly summary: ScoreSummary };

const GROUPS = { all: "all", singleToken: "of a single token", others: "others" } as const;

/** The scores of explanations: features, and neurons where they were examined too. */
export function tellInterpretability({ paths, run, dictionary }: Subject): Section {
  const folder = dirname(paths.analysis("specificity", dictionary));
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const found = [dictionary, "neurons"].flatMap((name) =>
    names
      .filter((file) => file.startsWith(`interpret.${name}.`))
      .flatMap((file) => readIfThere<Stored>(`${folder}/${file}`) ?? []),
  );
  const command = `monosem interpret ${run.directory} --dictionary ${dictionary}`;
  if (found.length === 0) return createMissingSection("interpretability", TITLE, command);
  return {
    id: "interpretability",
    title: TITLE,
    blocks: [
      {
        kind: "text",
        text: "An explanation is scored by what it predicts: by it alone, activations on examples not seen before are predicted and correlated with the true ones (Spearman, Pearson), and tokens are told that the feature makes likelier. The rule explainer needs no language model and is the baseline for any.",
      },
      {
        kind: "table",
        caption: "Medians over features, with 95 % intervals",
        columns: ["explained by", "of", "features", ...SCORE_NAMES],
        rows: found.flatMap(({ method, dictionary: of, summary }) =>
          (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => [
            method,
            `${of}, ${GROUPS[group]}`,
            group === "all" ? String(summary.features) : "",
            ...SCORE_NAMES.map((score) => formatMedian(summary[group][score], 2)),
          ]),
        ),
      },
      { kind: "command", command, missing: false },
    ],
  };
}
