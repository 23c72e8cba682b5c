import { ANALYSES } from "../../analysis/analyses.ts";
import type { Gallery, GalleryEntry, GalleryVerdict } from "../../analysis/gallery.ts";
import type { Section } from "../article.ts";
import { type Subject, tellAnalysis } from "../subject.ts";
import { formatCount, formatEstimate, formatShare } from "../words.ts";

const VERDICTS: Readonly<Record<GalleryVerdict, string>> = {
  found: "found",
  partly: "a part of it",
  "not-found": "not found",
  "no-text": "too little of it in this text",
};

/** The features that the replication names, and what became of the search for each. */
export function tellGallery(subject: Subject): Section {
  const { title } = ANALYSES.gallery;
  return tellAnalysis<Gallery>(subject, { name: "gallery", title }, ({ entries, judgedTokens }) => [
    {
      kind: "text",
      text: `Of ${entries.length} features that the replication names ${count(entries, "found")} are found here, of ${count(entries, "partly")} a feature fires on a part, ${count(entries, "not-found")} are not found, and of ${count(entries, "no-text")} the held-out text has too little. Judged on ${formatCount(judgedTokens)} tokens.`,
    },
    {
      kind: "table",
      caption: "What predicts each best, with 95 % intervals",
      columns: ["", "tokens", "verdict", "feature", "precision", "F1", "Pearson"],
      rows: entries.map(tabulate),
    },
  ]);
}

function count(entries: readonly GalleryEntry[], verdict: GalleryVerdict): number {
  return entries.filter((entry) => entry.verdict === verdict).length;
}

function tabulate({ title, tokens, verdict, feature }: GalleryEntry): string[] {
  const scores =
    feature === null
      ? ["none", "", "", ""]
      : [
          String(feature.index),
          formatShare(feature.precision),
          formatEstimate(feature.f1, feature.intervals.f1, 2),
          formatEstimate(feature.pearson, feature.intervals.pearson, 2),
        ];
  return [title, formatCount(tokens), VERDICTS[verdict], ...scores];
}
