import { ANALYSES } from "../../analysis/analyses.ts";
import type { ProxyFinding, SingleMatch, Specificity, UnionMatch } from "../../analysis/specificity.ts";
import type { Block, Section } from "../article.ts";
import { type Subject, tellAnalysis } from "../subject.ts";
import { formatCount, formatEstimate } from "../words.ts";

/** Every proxy with the feature, the union and the neuron that stand for it best. */
export function tellSpecificity(subject: Subject): Section {
  return tellAnalysis<Specificity>(subject, { name: "specificity", title: ANALYSES.specificity.title }, (found) =>
    describe(found),
  );
}

function describe({ findings, tokens }: Specificity): Block[] {
  const searched = findings.filter((finding) => finding.kind === "searched");
  const ahead = searched.filter(
    ({ feature, neuron }) => (feature.byF1WithThreshold?.f1 ?? 0) > (neuron.byF1WithThreshold?.f1 ?? 0),
  );
  const absent = findings.filter(({ kind }) => kind === "absent").map(({ title }) => title);
  return [
    {
      kind: "text",
      text:
        `A proxy decides without a person which tokens are of a kind. Of ${searched.length} proxies with enough tokens, one feature predicts ${ahead.length} better than any one neuron does. ` +
        `Chosen on ${formatCount(tokens.selection)} tokens, judged on ${formatCount(tokens.judgement)} others.` +
        (absent.length === 0 ? "" : ` Too rare in this text: ${absent.join(", ")}.`),
    },
    {
      kind: "table",
      caption: "F1 and Pearson of what stands for each proxy best, with 95 % intervals",
      columns: ["proxy", "tokens", "feature", "F1", "Pearson", "union of up to five, F1", "neuron", "F1"],
      rows: searched.map(tabulate),
    },
  ];
}

function tabulate({ title, positives, feature, union, neuron }: Extract<ProxyFinding, { kind: "searched" }>): string[] {
  const [best, other] = [feature.byF1WithThreshold, neuron.byF1WithThreshold];
  return [
    title,
    formatCount(positives.judgement),
    best === null ? "none" : String(best.index),
    scoreOf(best, "f1"),
    scoreOf(best, "pearson"),
    scoreOf(union, "f1"),
    other === null ? "none" : String(other.index),
    scoreOf(other, "f1"),
  ];
}

function scoreOf(match: SingleMatch | UnionMatch | null, score: "f1" | "pearson"): string {
  return match === null ? "" : formatEstimate(match[score], match.intervals[score], 2);
}
