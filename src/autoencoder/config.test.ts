import { expect, test } from "vitest";
import { UserError } from "../numerics/user-error.ts";
import { checkDictionaryConfig, type DictionaryConfig, dictionaryConfigSchema } from "./config.ts";

const check = (changes: object) => checkDictionaryConfig(dictionaryConfigSchema.parse(changes));
const free = { decoderNorm: "free", gradientProjection: false };
const tied = { decoder: "tied", encoderScale: 1 };
const shares = { kind: "shares", at: [0.5], window: 0.1 };

test.each<[string, object]>([
  ["activations is 10, wanted at least one batch, 1024", { activations: 10 }],
  ["kind topk has no penalty, but dictionary.l1 is 0.5", { kind: "topk" }],
  ["k is 200, wanted at most dictionary.features, 100", { kind: "topk", l1: 0, k: 200, features: 100 }],
  ["kind batch-topk compares features", { kind: "batch-topk", l1: 0, ...free }],
  ["kind topk compares features", { kind: "topk", l1: 0, decoderNormEvery: 2 }],
  ["kind topk compares features", { kind: "topk", l1: 0, decoderNorm: "unit-before-step" }],
  ["gradientProjection is true, but decoderNorm free", { decoderNorm: "free" }],
  ["decoderNormEvery is given, but decoderNorm free", { ...free, decoderNormEvery: 5 }],
  ["decoderScale is 0.1, but decoderNorm unit-after-step", { decoderScale: 0.1 }],
  [
    "l1Weighting decoder-norm weighs by norms that decoderNorm unit-before-step",
    { l1Weighting: "decoder-norm", decoderNorm: "unit-before-step" },
  ],
  [
    "decoder tied makes the encoder the decoder transposed, but encoderInitialisation",
    { ...tied, encoderInitialisation: "kaiming-relu" },
  ],
  ["decoder tied makes the encoder the decoder transposed, but encoderScale is 0.25", { decoder: "tied" }],
  ["decoder tied cannot give a resampled feature", { ...tied, resampling: shares }],
  ["learningRateWarmupShare and decayShare add up", { learningRateWarmupShare: 0.6, decayShare: 0.5 }],
  [
    "resampling begins after the 100 steps",
    { activations: 102_400, resampling: { kind: "steps", at: [101], window: 5 } },
  ],
])("contradicting switches are refused in a sentence that names the field: %s", (sentence, changes) => {
  expect(() => check(changes)).toThrow(UserError);
  expect(() => check(changes)).toThrow(`dictionary.${sentence}`);
});

test.each<Partial<DictionaryConfig>>([
  {},
  { kind: "batch-topk", l1: 0, k: 3 },
  { ...tied, decoder: "tied" },
  { decoderNorm: "free", gradientProjection: false, l1Weighting: "decoder-norm", decoderScale: 0.1 },
])("switches that fit one another are accepted: %j", (changes) => {
  expect(() => check(changes)).not.toThrow();
});
