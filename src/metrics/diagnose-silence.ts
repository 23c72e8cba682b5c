import { areTwoClusters } from "./density-modes.ts";
import { asCount, asDensity, asFigure, asPercent, RESAMPLE, type Rule, SOURCES } from "./diagnose-finding.ts";
import type { DictionaryLook } from "./dictionary-look.ts";
import { highestRate, shareDone } from "./training-record.ts";

const FEWEST_LOOKS = 6;
/** Share of silent features, and its growth since a third of the run, that are worth a word. */
const SILENT = { share: 0.1, growth: 0.05, still: 0.2, problem: 0.5 };
/** Shares of features in the low cluster that are worth a word. */
const MODES = { share: 0.03, warning: 0.1 };
/** log10 density below which a cluster is rare enough to be the paper's ultralow one, whose text was longer. */
const ULTRALOW = -4;

/** More and more features stop firing, or many never did. */
export const findSilence: Rule = (record) => {
  const { looks, steps } = record;
  const look = looks.at(-1);
  if (look === undefined || looks.length < FEWEST_LOOKS) return undefined;
  const earlier = looks[Math.floor(looks.length / 3)]!;
  const growth = look.recent.silent - earlier.recent.silent;
  const isGrowing = look.recent.silent >= SILENT.share && growth >= SILENT.growth;
  if (!isGrowing && look.recent.silent < SILENT.still) return undefined;
  return {
    rule: "silent-features",
    severity: look.recent.silent >= SILENT.problem ? "problem" : "warning",
    title: isGrowing ? "More and more features fall silent" : "Many features are silent",
    saw: `${asPercent(look.recent.silent)} of ${asCount(look.features)} features did not fire in the last ${asCount(look.recent.window)} vectors; at ${asCount(earlier.vectors)} vectors it was ${asPercent(earlier.recent.silent)}.`,
    means: `A feature that never fires gets no gradient and does not come back by itself.${isGrowing ? " Growth points at the learning rate, at batches that are small or of few contexts, at repeated data, or at too many steps." : ""}`,
    remedies: [
      `Lower the learning rate: --set dictionary.learningRate=${asFigure(highestRate(steps) / 3)}`,
      ...(record.resampling === "none" ? [RESAMPLE] : []),
      "Mix the data better: more text, fewer dictionary.tokensPerContext, a larger dictionary.batch or dictionary.bufferRows",
      `Or take fewer features: --set dictionary.features=${Math.max(1, Math.round(look.features / 2))}`,
    ],
    source: `${SOURCES.hyperparameters}; ${SOURCES.resampling}`,
  };
};

/** A cluster of features that fire far less, and differ in bias and alignment too. */
export const findTwoModes: Rule = (record) => {
  const look = record.looks.at(-1);
  if (look?.recent.modes == null || shareDone(record) < 0.3) return undefined;
  const { separation, low, high } = look.recent.modes;
  const share = low.features / look.features;
  if (!areTwoClusters(look.recent.modes) || share < MODES.share) return undefined;
  return {
    rule: "two-modes",
    severity: low.logDensity < ULTRALOW && share >= MODES.warning ? "warning" : "note",
    title:
      low.logDensity < ULTRALOW
        ? "Features come in two clusters, one of which hardly ever fires"
        : "Features come in two clusters",
    saw: `${asCount(low.features)} of ${asCount(look.features)} features (${asPercent(share)}) stand apart: density about ${describeLow(look)} against ${asDensity(high.logDensity)}, encoder bias ${asFigure(low.encoderBias)} against ${asFigure(high.encoderBias)}, cosine of encoder and decoder row ${asFigure(low.alignment)} against ${asFigure(high.alignment)}; in these three together the clusters are ${asFigure(separation)} deviations apart.`,
    means:
      low.logDensity >= ULTRALOW
        ? "A part of the features fires seldom and differs in its weights too. It may become the paper's ultralow cluster, whose features were not interpretable, or be what is still being learned."
        : "The paper saw such an ultralow cluster and found its features not interpretable: count features without it, and do not read meaning into it.",
    remedies: [
      `Judge more text before calling them dead: ${asCount(look.recent.window)} vectors cannot tell densities below ${asDensity(-Math.log10(look.recent.window))} from zero`,
      ...(record.resampling === "none" ? [RESAMPLE] : []),
      "Train longer, or with a lower L1: fewer features are left over",
    ],
    source: SOURCES.ultralow,
  };
};

function describeLow({ recent: { modes, window } }: DictionaryLook): string {
  const exponent = modes!.low.logDensity;
  return exponent < -Math.log10(window) ? `${asDensity(-Math.log10(window))} or less` : asDensity(exponent);
}
