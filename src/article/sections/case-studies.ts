import type {
  ProxyFinding,
  ProxyProfiles,
  SingleMatch,
  Specificity,
  SpecificityProfiles,
} from "../../analysis/specificity.ts";
import { type FeatureRecord, parseFeatureRecord } from "../../features/feature-record.ts";
import type { FeaturePack } from "../../store/feature-pack.ts";
import {
  type Block,
  createMissingSection,
  type ExampleLine,
  type Figure,
  type Section,
  type Table,
} from "../article.ts";
import { nameCommand, readIfThere, type Subject, showCommand } from "../subject.ts";
import { formatCount, formatEstimate, formatShare } from "../words.ts";

/** The four features that the paper studies, with its correlation of feature and proxy. */
const CASES = [
  { proxy: "arabic", name: "Arabic", paper: 0.74 },
  { proxy: "dna", name: "DNA", paper: 0.8 },
  { proxy: "base64", name: "base64", paper: 0.38 },
  { proxy: "hebrew", name: "Hebrew", paper: 0.55 },
] as const;
type Case = (typeof CASES)[number];

const EXAMPLES = 8;
const TITLE = "Four features in detail";

/** The best feature for each of the paper's four case studies: what it fires on, how specific it is, what it does. */
export function tellCaseStudies(subject: Subject): Section {
  const { paths, dictionary } = subject;
  const found = readIfThere<Specificity>(paths.analysis("specificity", dictionary));
  if (found === undefined)
    return createMissingSection("case-studies", TITLE, nameCommand(subject, "analyse specificity"));
  const profiles = readIfThere<SpecificityProfiles>(paths.analysis("specificity-profiles", dictionary))?.profiles ?? [];
  const pack = openPack(subject);
  try {
    const blocks = CASES.flatMap((study) => {
      const finding = found.findings.find(({ proxy }) => proxy === study.proxy);
      return tellCase(subject, study, finding, { pack, profiles });
    });
    return { id: "case-studies", title: TITLE, blocks: [...blocks, showCommand(subject, "analyse specificity")] };
  } finally {
    pack?.close();
  }
}

function openPack({ run, dictionary, paths }: Subject): FeaturePack | undefined {
  const header = readIfThere(`${paths.dictionary(dictionary).pack}/current.json`);
  return header === undefined ? undefined : run.featurePack(dictionary);
}

function tellCase(
  subject: Subject,
  study: Case,
  finding: ProxyFinding | undefined,
  known: { readonly pack: FeaturePack | undefined; readonly profiles: readonly ProxyProfiles[] },
): Block[] {
  if (finding === undefined) return [say(`${study.name}: it was not among the proxies that were searched for.`)];
  if (finding.kind === "absent")
    return [say(`${study.name}: the held-out text has too little of it to choose and to judge by.`)];
  const best = finding.feature.byF1WithThreshold ?? finding.feature.byF1;
  if (best === null) return [say(`${study.name}: no feature fires on it.`)];
  const profile = known.profiles.find(({ proxy }) => proxy === study.proxy);
  return [
    tabulateCase(study, finding, best),
    ...(profile === undefined ? [] : drawLevels(study, profile, best.index)),
    ...(known.pack === undefined
      ? []
      : tellFeature(subject, parseFeatureRecord(known.pack.record(best.index)), known.pack)),
  ];
}

function tabulateCase(study: Case, finding: Extract<ProxyFinding, { kind: "searched" }>, best: SingleMatch): Table {
  const neuron = finding.neuron.byF1WithThreshold;
  const row = (
    name: string,
    match: Pick<SingleMatch, "precision" | "recall" | "f1" | "pearson" | "intervals">,
    paper = "",
  ) => [
    name,
    formatShare(match.precision),
    formatShare(match.recall),
    formatEstimate(match.f1, match.intervals.f1),
    formatEstimate(match.pearson, match.intervals.pearson),
    paper,
  ];
  return {
    kind: "table",
    caption: `${study.name}: ${finding.rule}; ${formatCount(finding.positives.judgement)} tokens to judge by`,
    columns: ["", "precision", "recall", "F1", "Pearson", "Pearson in the paper"],
    rows: [
      row(`feature ${best.index}`, best, String(study.paper)),
      ...(finding.union === null ? [] : [row(`features ${finding.union.features.join(", ")} together`, finding.union)]),
      ...(neuron === null ? [["no neuron fires on it", "", "", "", "", ""]] : [row(`neuron ${neuron.index}`, neuron)]),
    ],
  };
}

/** The share of a feature's tokens that belong to the proxy, by activation. */
function drawLevels(study: Case, profile: ProxyProfiles, feature: number): Figure[] {
  const found = profile.features.find(({ index }) => index === feature);
  if (found === undefined) return [];
  const { counts, positives, maximum } = found;
  const points = counts.flatMap((count, level) =>
    count === 0 ? [] : [{ x: (maximum * (level + 0.5)) / counts.length, y: positives[level]! / count }],
  );
  return [
    {
      kind: "figure",
      chart: "lines",
      title: `Share of feature ${feature}'s tokens that are ${study.name}, by activation`,
      xLabel: "activation",
      yLabel: "share",
      series: [{ name: `feature ${feature}`, points }],
    },
  ];
}

function tellFeature({ run }: Subject, record: FeatureRecord, pack: FeaturePack): Block[] {
  const tokenizer = run.tokenizer();
  const name = (token: number) => JSON.stringify(tokenizer.tokenText(token));
  const { ablation, logits, firings, index } = record;
  const density = `Feature ${index} fires on ${formatShare(firings / pack.header.tokens, 3)} of the tokens`;
  const effect =
    ablation === null
      ? ""
      : `; without it the loss of the next token changes by ${formatEstimate(ablation.mean, [ablation.low, ablation.high])} nats where it fires`;
  const raises =
    logits === null
      ? ""
      : ` It makes these tokens likelier: ${logits.positive.map(({ token }) => name(token)).join(" ")}.`;
  return [say(`${density}${effect}.${raises}`), listExamples(run.tokenizer(), record)];
}

function listExamples(
  tokenizer: ReturnType<Subject["run"]["tokenizer"]>,
  { groups, window, index }: FeatureRecord,
): Block {
  const top = groups.find(({ kind }) => kind === "top")?.examples ?? [];
  const decode = (tokens: readonly number[]) => tokenizer.decode(tokens.filter((token) => token >= 0));
  const lines: ExampleLine[] = top.slice(0, EXAMPLES).map(({ tokens, activations }) => ({
    before: decode(tokens.slice(0, window)),
    token: tokenizer.tokenText(tokens[window]!),
    after: decode(tokens.slice(window + 1)),
    activation: activations[window]!,
  }));
  return { kind: "examples", title: `Where feature ${index} is strongest`, lines };
}

function say(text: string): Block {
  return { kind: "text", text };
}
