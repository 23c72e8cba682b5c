import { ANALYSES } from "../../analysis/analyses.ts";
import type { Automata } from "../../analysis/automata/automata.ts";
import { explainAbsence, LENGTH_NAMES, meanChance } from "../../analysis/automata/tell-automata.ts";
import type { Section } from "../article.ts";
import { type Subject, tellAnalysis } from "../subject.ts";
import { formatCount, formatEstimate, formatShare } from "../words.ts";

/** Automata told one by one: the page has all that are kept. */
const SHOWN = 12;

/** Circles of features that raise the tokens on which the next fires, and modules of features that fire together. */
export function tellAutomata(subject: Subject): Section {
  const tokenizer = subject.run.tokenizer();
  const { title } = ANALYSES.automata;
  return tellAnalysis<Automata>(subject, { name: "automata", title }, (found) => {
    const { cycles, edges, automata, named, modules, settings } = found;
    const rows = [...cycles.map((each, i) => ({ name: LENGTH_NAMES[i]!, ...each })), { name: "edges", ...edges }];
    return [
      {
        kind: "text",
        text: `A feature raises tokens by its logit weights, another fires on them, and so on round a circle. An edge counts from strength ${settings.weakestEdge} on; by chance: where each feature writes what another one does.`,
      },
      {
        kind: "table",
        caption: `Automata in ${formatCount(found.tokens)} tokens`,
        columns: ["", "found", "by chance"],
        rows: rows.map((row) => [row.name, formatCount(row.count), meanChance(row).toFixed(1)]),
      },
      {
        kind: "table",
        caption: "The strongest automata; followed: how often the next state fires one token later (95 % interval)",
        columns: ["states", "strength", "followed", "tokens on the edges", "times in text", "longest walk"],
        rows: automata
          .slice(0, SHOWN)
          .map(({ states, strength, edges: steps, walked, longest }) => [
            states.join(" → "),
            strength.toFixed(3),
            steps.map(({ followed, interval }) => formatEstimate(followed, interval, 2)).join("; "),
            steps.map(({ tokens }) => spell(tokens)).join("; "),
            formatCount(walked),
            String(longest),
          ]),
      },
      {
        kind: "table",
        caption: "Those the paper shows",
        columns: ["automaton", "here"],
        rows: named.map((finding) => [
          finding.title,
          finding.found && finding.best !== null
            ? `found: ${finding.best.states.join(" → ")}, strength ${finding.best.strength.toFixed(3)}`
            : `not found: ${explainAbsence(finding, settings.weakestEdge)}`,
        ]),
      },
      {
        kind: "text",
        text: `Features that fire together make ${formatCount(modules.count)} modules; their modularity is ${modules.modularity.toFixed(3)}, ${meanChance(modules).toFixed(3)} where each feature has as many links to others drawn at random. The largest holds ${formatCount(modules.list[0]?.size ?? 0)} features, of whose links ${formatShare(modules.list[0]?.inside ?? 0)} stay within.`,
      },
    ];
  });

  function spell(tokens: readonly { readonly token: number; readonly count: number }[]): string {
    const texts = tokens
      .filter(({ count }) => count > 0)
      .map(({ token }) => JSON.stringify(tokenizer.tokenText(token)));
    return texts.slice(0, 4).join(" ");
  }
}
