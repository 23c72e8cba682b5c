import { describeGallery, type Gallery } from "../../src/analysis/gallery.ts";
import {
  GRID_WINDOW,
  type MatchProfile,
  type ProxyFinding,
  type ShownFiring,
  type SingleMatch,
  type Specificity,
  type SpecificityExamples,
  type SpecificityProfiles,
} from "../../src/analysis/specificity.ts";
import type { FeatureRecord } from "../../src/features/feature-record.ts";

/** What a search for proxies may have found: one by a feature, one by nothing, one that the text lacks. */
export function createFakeSpecificity(): Specificity {
  const score = { precision: 0.91, recall: 0.82, f1: 0.863, pearson: 0.84 };
  const intervals = { f1: [0.85, 0.88], pearson: [0.82, 0.86] } as const;
  const match = (index: number): SingleMatch => ({ index, threshold: 0, ...score, intervals });
  const best = (index: number) => ({ byF1: match(index), byF1WithThreshold: match(index), byPearson: match(index) });
  const none = { byF1: null, byF1WithThreshold: null, byPearson: null };
  const positives = { selection: 1000, judgement: 1100 };
  return {
    tokens: { selection: 15_700, judgement: 15_700 },
    thresholds: { count: 2, tailShares: [] as unknown as Specificity["thresholds"]["tailShares"] },
    findings: [
      {
        kind: "searched",
        proxy: "arabic",
        title: "Arabic script",
        rule: "letters of the Arabic script",
        positives,
        feature: best(2),
        union: { features: [2, 9], ...score, intervals } as never,
        neuron: best(77),
      },
      {
        kind: "searched",
        proxy: "base64",
        title: "base64",
        rule: "runs of base64",
        positives,
        feature: none,
        union: null,
        neuron: none,
      },
      {
        kind: "absent",
        proxy: "dna",
        title: "DNA",
        rule: "runs of A, C, G and T",
        positives: { selection: 0, judgement: 0 },
      },
    ],
    pinning: {
      contexts: 64,
      positions: 4096,
      effects: [
        {
          proxy: "arabic",
          feature: 2,
          value: 4.5,
          tokens: 40,
          before: 0.0512,
          pinned: { change: 0.31, interval: [0.28, 0.34] },
          control: { change: -0.002, interval: [-0.004, 0.0003] },
        },
      ],
    },
  };
}

/** Examples of a feature on a run's tokens: two at each level on the proxy, one off it but at the highest. */
export function createFakeExamples(records: readonly FeatureRecord[], tokens: ArrayLike<number>): SpecificityExamples {
  const { maximum } = records[2]!;
  const firing = (level: number, place: number): ShownFiring => [
    ((level + 0.5) * maximum) / 10,
    Array.from({ length: 2 * GRID_WINDOW + 1 }, (_, i) => (i === 0 ? -1 : tokens[place + i]!)),
  ];
  const levels = Array.from({ length: 10 }, (_, level) => ({
    on: [firing(level, 20 * level), firing(level, 20 * level + 300)],
    off: level === 9 ? [] : [firing(level, 20 * level + 600)],
  }));
  return { grids: [{ proxy: "arabic", feature: 2, maximum, levels }] };
}

/** The activations of two features of a run, of which all above half their maximum and every second token below are Arabic. */
export function createFakeProfiles(records: readonly FeatureRecord[]): SpecificityProfiles {
  const profile = (index: number): MatchProfile => {
    const { histogram, maximum } = records[index]!;
    const counts = [...histogram];
    const positives = counts.map((count, level) => (level >= counts.length / 2 ? count : Math.floor(count / 2)));
    const weigh = (values: readonly number[]) => values.map((value, level) => (value * (level + 0.5) * maximum) / 40);
    const scores = { precision: 0.7, recall: 0.5, f1: index === 2 ? 0.81 : 0.42, pearson: 0.6 };
    const whole = { maximum, counts, positives, mass: weigh(counts), positiveMass: weigh(positives) };
    const tokens = counts.map((_, bin) => 40 - bin);
    const logits = {
      minimum: -0.5,
      maximum: 1.5,
      counts: tokens,
      positives: tokens.map((n, bin) => (bin > 30 ? n : 0)),
    };
    return { index, ...scores, ...whole, logits };
  };
  const features = [2, 9].filter((index) => index < records.length).map(profile);
  return {
    profiles: [
      { proxy: "arabic", title: "Arabic script", positives: 2100, features, neurons: [] },
      {
        proxy: "base64",
        title: "base64",
        positives: 900,
        features: features.slice(0, 1).map((first) => ({ ...first, f1: 0.11 })),
        neurons: [],
      },
    ],
  };
}

/** A gallery with one feature of each outcome. */
export function createFakeGallery(examples: SpecificityExamples): Gallery {
  const { tokens, findings } = createFakeSpecificity();
  const [arabic] = findings;
  const score = { precision: 0.94, recall: 0.12, f1: 0.21, pearson: 0.3 };
  const part: SingleMatch = {
    index: 9,
    threshold: 0.25,
    ...score,
    intervals: { f1: [0.18, 0.24], pearson: [0.2, 0.4] },
  };
  const none = { byF1: null, byF1WithThreshold: null, byPearson: null };
  const positives = { selection: 40, judgement: 60 };
  const entry = (proxy: string, title: string, feature: SingleMatch | null): ProxyFinding => ({
    ...{ kind: "searched", proxy, title, rule: `the tokens ${title}`, positives, union: null, neuron: none },
    feature: { ...none, byF1WithThreshold: feature },
  });
  const searched = [arabic!, entry("much", "“much”", part), entry("when", "“when”", null), findings[2]!];
  return describeGallery({ ...createFakeSpecificity(), tokens, findings: searched }, examples.grids);
}
