import { parseFeatureTable } from "../../features/feature-table.ts";
import { ULTRALOW_DENSITY } from "../../metrics/feature-density.ts";
import { estimateMedian } from "../../numerics/median-interval.ts";
import { createMissingSection, type Section } from "../article.ts";
import { nameCommand, readIfThere, type Subject, showCommand } from "../subject.ts";
import { formatCount, formatMedian, formatShare } from "../words.ts";

const TITLE = "What features cause";
const BINS = 40;

/** Whether features matter to what the model says next: the change of the loss when each is ablated. */
export function tellEffects(subject: Subject): Section {
  const { run, paths, dictionary } = subject;
  if (readIfThere(`${paths.dictionary(dictionary).pack}/current.json`) === undefined)
    return createMissingSection("effects", TITLE, nameCommand(subject, "features"));
  const pack = run.featurePack(dictionary);
  const table = parseFeatureTable(pack.table());
  const { tokens } = pack.header;
  pack.close();
  const alive = [...table.firings.keys()].filter((feature) => table.firings[feature]! >= ULTRALOW_DENSITY * tokens);
  const effects = alive.map((feature) => table.ablation[feature]!).filter((effect) => !Number.isNaN(effect));
  if (effects.length === 0) return createMissingSection("effects", TITLE, nameCommand(subject, "features"));
  const helping = effects.filter((effect) => effect > 0).length / effects.length;
  const median = formatMedian(estimateMedian(effects), 4);
  return {
    id: "effects",
    title: TITLE,
    blocks: [
      {
        kind: "text",
        text: `A feature is ablated by taking its part out of the activations where it fires; the rest of the model is computed exactly. Of ${formatCount(effects.length)} features that are neither dead nor ultralow, ${formatShare(helping)} lower the loss of the next token on average; the median change without a feature is ${median} nats where it fires.`,
      },
      {
        kind: "figure",
        chart: "histogram",
        title: "Change of the loss when a feature is ablated",
        ...binEffects(effects),
      },
      showCommand(subject, "features"),
    ],
  };
}

/** Bins that span the middle 98 % of the effects; what lies beyond is counted in the outermost. */
function binEffects(effects: readonly number[]) {
  const sorted = Float64Array.from(effects).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  const [start, end] = [Math.min(at(0.01), 0), Math.max(at(0.99), 1e-6)];
  const counts = new Array<number>(BINS).fill(0);
  for (const effect of effects) {
    const bin = Math.floor((BINS * (effect - start)) / (end - start));
    counts[Math.min(BINS - 1, Math.max(0, bin))]!++;
  }
  return { xLabel: "nats; above 0 the feature helped", unit: "features", counts, start, end, format: "plain" } as const;
}
