import { ANALYSES } from "../../analysis/analyses.ts";
import type { LinkStatistics, ShareEstimate, Splitting } from "../../analysis/splitting.ts";
import type { Section } from "../article.ts";
import { type Subject, tellAnalysis } from "../subject.ts";
import { formatCount, formatMedian, formatShare } from "../words.ts";

/** Which features are split in larger dictionaries, and how many a concept has at each size. */
export function tellSplitting(subject: Subject): Section {
  const { title } = ANALYSES.splitting;
  return tellAnalysis<Splitting>(subject, { name: "splitting", title }, ({ levels, links, concepts, ...found }) => [
    {
      kind: "text",
      text: `Dictionaries of ${levels.map(({ features }) => formatCount(features)).join(", ")} features on the same activations, compared on ${formatCount(found.tokens)} tokens. Two features of levels that follow each other are linked where the larger of their masked cosines exceeds ${found.threshold}; the links make a graph, not a tree.`,
    },
    {
      kind: "table",
      caption:
        "Features with a link to the next larger and to the next smaller dictionary, with 95 % intervals; by chance: where the larger one reads other contexts",
      columns: [
        "from",
        "to",
        "above",
        "links",
        "coarse features with children",
        "children of one, median",
        "fine features with parents",
        "links by chance",
      ],
      rows: links.flatMap(({ statistics }, place) =>
        statistics.map((link) => [levels[place]!.dictionary, levels[place + 1]!.dictionary, ...tabulate(link)]),
      ),
    },
    {
      kind: "table",
      caption: `Features of which at least ${formatShare(found.conceptRule.precision, 0)} of the firings belong to a concept`,
      columns: ["concept", "tokens", ...levels.map(({ features }) => formatCount(features))],
      rows: concepts.map(({ title: name, positives, features }) => [
        name,
        formatCount(positives),
        ...features.map((list) => String(list.length)),
      ]),
    },
  ]);
}

function tabulate({ threshold, edges, children, parents, chance }: LinkStatistics): string[] {
  return [
    String(threshold),
    formatCount(edges),
    children === null ? "" : shareOf(children.withAny),
    children === null ? "" : formatMedian(children.median, 1),
    parents === null ? "" : shareOf(parents.withAny),
    formatCount(chance.edges),
  ];
}

function shareOf({ count, total, interval: [low, high] }: ShareEstimate): string {
  return `${formatShare(count / total)} (${formatShare(low)} to ${formatShare(high)})`;
}
