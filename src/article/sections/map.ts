import { ANALYSES } from "../../analysis/analyses.ts";
import type { FeatureMap } from "../../analysis/feature-map.ts";
import type { Section } from "../article.ts";
import { type Subject, tellAnalysis } from "../subject.ts";
import { formatCount, formatShare } from "../words.ts";

/** Points drawn: the page of the map has all. */
const POINTS = 4096;

/** Which features have like directions. */
export function tellMap(subject: Subject): Section {
  return tellAnalysis<FeatureMap>(subject, { name: "map", title: ANALYSES.map.title }, (map) => {
    const { x, y, cluster, feature, dictionary, dictionaries, medoids, settings } = map;
    const clustered = cluster.filter((number) => number >= 0).length;
    const step = Math.max(1, Math.ceil(x.length / POINTS));
    const points = x.flatMap((value, point) =>
      point % step === 0
        ? [
            {
              name: `${dictionaries[dictionary[point]!]!.name} ${feature[point]!}`,
              x: value,
              y: y[point]!,
              soft: cluster[point]! < 0,
            },
          ]
        : [],
    );
    const left = dictionaries.map(({ name, dead, ultralow }) => `${name}: ${dead} dead and ${ultralow} ultralow`);
    return [
      {
        kind: "text",
        text: `${formatCount(x.length)} directions are laid out in two dimensions by UMAP (${settings.neighbours} neighbours by cosine, smallest distance ${settings.minDistance}); ${medoids.length} clusters hold ${formatShare(clustered / x.length)} of them, the rest is drawn paler. Left out, ${left.join("; ")}.`,
      },
      {
        kind: "figure",
        chart: "scatter",
        title: step === 1 ? "All features" : `Every ${step}th feature`,
        xLabel: "UMAP 1",
        yLabel: "UMAP 2",
        points,
      },
    ];
  });
}
