import { type ByteReader, type ByteWriter, createByteReader, createByteWriter } from "./byte-cursor.ts";
import { type ExampleGroup, readGroups, type ValueScale, writeGroups } from "./example-groups.ts";
import { parseSections, renderSections, requireSection } from "./sections.ts";

export { type Example, type ExampleGroup, INTERVALS } from "./example-groups.ts";

/** Bins of both histograms (paper, appendix on the visualization). */
export const HISTOGRAM_BINS = 40;

/** What a first look leaves out, since it is most of the work. */
export const LEAVABLE_PARTS = ["effects", "correlations"] as const;

/** A part of the description that can be left out. */
export type LeavablePart = (typeof LEAVABLE_PARTS)[number];

/** All that is known about one feature: what its page shows. */
export interface FeatureRecord {
  readonly index: number;
  /** Tokens on which the feature is active. */
  readonly firings: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly sumOfCubes: number;
  readonly sumOfFourths: number;
  /** The largest activation; 0 for a feature that never fired. */
  readonly maximum: number;
  /** Tokens shown on each side of an example's centre. */
  readonly window: number;
  /** Active tokens in 40 equal bins on (0, maximum]; bin i holds values in (i, i + 1] * maximum / 40. */
  readonly histogram: Uint32Array; // [40]
  /** Top, intervals from the highest to the lowest, bottom, random, near misses; groups without examples are left out. */
  readonly groups: readonly ExampleGroup[];
  /** The direct effect on the next token, absent where the site has no direct path to the logits. */
  readonly logits: LogitWeights | null;
  /** The three largest entries of the feature's direction by absolute value. */
  readonly neurons: readonly NeuronWeight[];
  /** Up to 10 entries of the site whose activation correlates most with the feature's, by falling |pearson|. */
  readonly correlatedNeurons: readonly Correlation[];
  /** Up to 10 other features whose activation correlates most with this one's, by falling pearson. */
  readonly correlatedFeatures: readonly Correlation[];
  /** Up to 10 other features whose directions are nearest, by falling cosine. */
  readonly nearestFeatures: readonly Neighbour[];
  readonly direction: DirectionShape;
  /** null for a feature that never fired, or only where no token follows. */
  readonly ablation: AblationEffect | null;
}

/** An entry of the site or a feature, and the Pearson correlation of its activation with the feature's over a sample of tokens. */
export interface Correlation {
  readonly index: number;
  readonly pearson: number;
}

/** Another feature and the cosine between its direction and this one's. */
export interface Neighbour {
  readonly index: number;
  readonly cosine: number;
}

/** How much a direction rests on few entries (Nanda's neuron sparsity). */
export interface DirectionShape {
  /** Share of the squared norm in the entry that is largest by absolute value. */
  readonly topShare: number;
  /** Share of the squared norm in the next nine. */
  readonly nextShare: number;
  /** Fisher kurtosis of the entries: 0 for a Gaussian. */
  readonly kurtosis: number;
}

/** Mean change of the loss of predicting the next token when the feature is ablated, over a random sample of its firings. */
export interface AblationEffect {
  readonly firings: number;
  /** In nats; > 0: the feature helped. */
  readonly mean: number;
  /** Ends of the 95 % interval of the mean. */
  readonly low: number;
  readonly high: number;
}

/** Direct effect of a feature on the logits, shifted so that the median over the vocabulary in use is 0 (paper, §Arabic). */
export interface LogitWeights {
  readonly positive: readonly TokenWeight[]; // up to 10, largest first
  readonly negative: readonly TokenWeight[]; // up to 10, most negative first
  /** Tokens in use in 40 equal bins on [minimum, maximum]. */
  readonly histogram: Uint32Array; // [40]
  readonly minimum: number;
  readonly maximum: number;
}

/** A token and a feature's direct effect on its logit. */
export interface TokenWeight {
  readonly token: number;
  readonly weight: number;
}

/** An entry of a feature's direction and its share of the direction's L1 norm. */
export interface NeuronWeight {
  readonly index: number;
  readonly weight: number;
  readonly shareOfL1: number;
}

/** Version of the records and of the table. */
export const RECORD_VERSION = 2;

const TAGS = { summary: 1, histogram: 2, groups: 3, logits: 4, neurons: 5, neighbours: 6, ablation: 7 } as const;

/** The feature as bytes of format version 2: sections with tag and length, so that later sections do not break readers. */
export function renderFeatureRecord(record: FeatureRecord): Uint8Array {
  const sections = new Map([
    [TAGS.summary as number, write((out) => writeSummary(out, record))],
    [TAGS.histogram, write((out) => writeHistogram(out, record.histogram))],
    [TAGS.groups, write((out) => writeGroups(out, record.groups, record))],
    [TAGS.neurons, write((out) => writeNeurons(out, record))],
    [TAGS.neighbours, write((out) => writeNeighbours(out, record))],
  ]);
  const { logits, ablation } = record;
  const add = (tag: number, fill: (out: ByteWriter) => void) => sections.set(tag, write(fill));
  if (logits !== null) add(TAGS.logits, (out) => writeLogits(out, logits));
  if (ablation !== null) add(TAGS.ablation, (out) => writeAblation(out, ablation));
  return renderSections(RECORD_VERSION, sections);
}

/** A feature from its bytes. Sections this reader does not know are skipped; damaged bytes throw an `Error`. */
export function parseFeatureRecord(bytes: Uint8Array): FeatureRecord {
  const what = "feature record";
  const sections = parseSections(bytes, RECORD_VERSION, what);
  const read = <T>(tag: number, parse: (input: ByteReader) => T): T => {
    const input = createByteReader(requireSection(sections, tag, what), `section ${tag} of the ${what}`);
    const value = parse(input);
    input.finish();
    return value;
  };
  const summary = read(TAGS.summary, readSummary);
  return {
    ...summary,
    histogram: read(TAGS.histogram, readHistogram),
    groups: read(TAGS.groups, (input) => readGroups(input, summary)),
    ...read(TAGS.neurons, readNeurons),
    ...read(TAGS.neighbours, readNeighbours),
    ablation: sections.has(TAGS.ablation) ? read(TAGS.ablation, readAblation) : null,
    logits: sections.has(TAGS.logits) ? read(TAGS.logits, readLogits) : null,
  };
}

function write(fill: (out: ByteWriter) => void): Uint8Array {
  const out = createByteWriter();
  fill(out);
  return out.finish();
}

type Summary = ValueScale &
  Pick<FeatureRecord, "index" | "firings" | "sum" | "sumOfSquares" | "sumOfCubes" | "sumOfFourths">;

function writeSummary(out: ByteWriter, record: FeatureRecord): void {
  out.uint32(record.index);
  out.uint32(record.firings);
  out.float64(record.sum);
  out.float64(record.sumOfSquares);
  out.float64(record.sumOfCubes);
  out.float64(record.sumOfFourths);
  out.float32(record.maximum);
  out.uint8(record.window);
}

function readSummary(input: ByteReader): Summary {
  return {
    index: input.uint32(),
    firings: input.uint32(),
    sum: input.float64(),
    sumOfSquares: input.float64(),
    sumOfCubes: input.float64(),
    sumOfFourths: input.float64(),
    maximum: input.float32(),
    window: input.uint8(),
  };
}

function writeHistogram(out: ByteWriter, histogram: Uint32Array): void {
  for (let bin = 0; bin < HISTOGRAM_BINS; bin++) out.varint(histogram[bin]!);
}

function readHistogram(input: ByteReader): Uint32Array {
  return Uint32Array.from({ length: HISTOGRAM_BINS }, () => input.varint());
}

function writeLogits(out: ByteWriter, logits: LogitWeights): void {
  out.float32(logits.minimum);
  out.float32(logits.maximum);
  writeHistogram(out, logits.histogram);
  for (const weights of [logits.positive, logits.negative]) {
    out.uint8(weights.length);
    for (const { token, weight } of weights) {
      out.varint(token);
      out.float32(weight);
    }
  }
}

function readLogits(input: ByteReader): LogitWeights {
  const minimum = input.float32();
  const maximum = input.float32();
  const histogram = readHistogram(input);
  const readWeights = () =>
    Array.from({ length: input.uint8() }, () => ({ token: input.varint(), weight: input.float32() }));
  const positive = readWeights();
  const negative = readWeights();
  return { positive, negative, histogram, minimum, maximum };
}

type Alignment = Pick<FeatureRecord, "neurons" | "direction">;

function writeNeurons(out: ByteWriter, { neurons, direction }: Alignment): void {
  out.float32(direction.topShare);
  out.float32(direction.nextShare);
  out.float32(direction.kurtosis);
  out.uint8(neurons.length);
  for (const { index, weight, shareOfL1 } of neurons) {
    out.varint(index);
    out.float32(weight);
    out.float32(shareOfL1);
  }
}

function readNeurons(input: ByteReader): Alignment {
  const direction = { topShare: input.float32(), nextShare: input.float32(), kurtosis: input.float32() };
  const neurons = Array.from({ length: input.uint8() }, () => ({
    index: input.varint(),
    weight: input.float32(),
    shareOfL1: input.float32(),
  }));
  return { neurons, direction };
}

type Neighbours = Pick<FeatureRecord, "correlatedNeurons" | "correlatedFeatures" | "nearestFeatures">;

function writeNeighbours(out: ByteWriter, neighbours: Neighbours): void {
  const writeList = (indices: readonly number[], values: readonly number[]) => {
    out.uint8(indices.length);
    indices.forEach((index, i) => {
      out.varint(index);
      out.float32(values[i]!);
    });
  };
  for (const list of [neighbours.correlatedNeurons, neighbours.correlatedFeatures]) {
    writeList(
      list.map(({ index }) => index),
      list.map(({ pearson }) => pearson),
    );
  }
  writeList(
    neighbours.nearestFeatures.map(({ index }) => index),
    neighbours.nearestFeatures.map(({ cosine }) => cosine),
  );
}

function readNeighbours(input: ByteReader): Neighbours {
  const readCorrelations = () =>
    Array.from({ length: input.uint8() }, () => ({ index: input.varint(), pearson: input.float32() }));
  const correlatedNeurons = readCorrelations();
  const correlatedFeatures = readCorrelations();
  const nearestFeatures = Array.from({ length: input.uint8() }, () => ({
    index: input.varint(),
    cosine: input.float32(),
  }));
  return { correlatedNeurons, correlatedFeatures, nearestFeatures };
}

function writeAblation(out: ByteWriter, { firings, mean, low, high }: AblationEffect): void {
  out.varint(firings);
  out.float32(mean);
  out.float32(low);
  out.float32(high);
}

function readAblation(input: ByteReader): AblationEffect {
  return { firings: input.varint(), mean: input.float32(), low: input.float32(), high: input.float32() };
}
