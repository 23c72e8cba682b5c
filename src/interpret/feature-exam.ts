import type { FeatureRecord } from "../features/feature-record.ts";
import { type ComposedPassages, composePassages, type PassagePool } from "./compose-examples.ts";
import { createDetectionItems, createFuzzingItems } from "./detection-test.ts";
import { weighPassage } from "./importance-weights.ts";
import { chooseLogitTokens, type LogitTestToken } from "./logit-test.ts";
import type { Passage, PassageSource } from "./passage.ts";
import { quantiseActivation } from "./quantise-activation.ts";
import type { ShownToken } from "./spell-tokens.ts";

/** Neighbouring tokens of held-out text, and what its document is labelled. */
export interface ShownPassage {
  readonly tokens: readonly ShownToken[];
  readonly labels: Readonly<Record<string, string>>;
}

/** A passage an explanation may be found from. */
export interface LabelledPassage extends ShownPassage {
  readonly source: PassageSource;
  /** The feature's activation on each token, from 0 to 9. */
  readonly levels: readonly number[];
}

/** What is asked about one feature; it holds none of the answers. */
export interface ExamQuestions {
  readonly examples: readonly LabelledPassage[];
  /** The tokens that the feature makes likelier most, and those it makes less likely; none where it has no direct effect. */
  readonly raised: readonly ShownToken[];
  readonly lowered: readonly ShownToken[];
  /** Which level has each token? */
  readonly passages: readonly ShownPassage[];
  /** Does the feature make this token likelier? */
  readonly logitTokens: readonly ShownToken[];
  /** Is the feature active anywhere in this passage? */
  readonly detection: readonly ShownPassage[];
  /** Are the marked tokens those on which the feature is active? */
  readonly fuzzing: readonly (ShownPassage & { readonly marked: readonly boolean[] })[];
}

/** The right answers. */
export interface ExamKey {
  readonly levels: readonly (readonly number[])[];
  /** Of each passage's tokens in the importance-weighted score. */
  readonly weights: readonly number[];
  readonly raised: readonly boolean[];
  readonly active: readonly boolean[];
  readonly markedRight: readonly boolean[];
}

/** One feature's examination (paper, appendix on automation; detection and fuzzing after Paulo et al.). */
export interface FeatureExam {
  readonly feature: number;
  readonly questions: ExamQuestions;
  readonly key: ExamKey;
  /** Where each passage whose levels are asked comes from, and its tokens. */
  readonly asked: readonly { readonly source: PassageSource; readonly tokens: readonly number[] }[];
}

/** What an examination is made of. */
export interface ExamMaterial {
  readonly record: FeatureRecord;
  /** Tokens in which the record's examples were searched. */
  readonly tokens: number;
  readonly pool: PassagePool;
  /** The feature's logit weights over the vocabulary, null where there is no direct effect, and the tokens in use. */
  readonly logits: ArrayLike<number> | null;
  readonly inUse: ArrayLike<number>;
  readonly spell: (ids: readonly number[]) => ShownToken[];
  readonly labelsOf: (document: number) => Readonly<Record<string, string>>;
  readonly seed: number;
}

/** The examination of a record's feature: a function of the material alone. */
export function createFeatureExam(material: ExamMaterial): FeatureExam {
  const { record, tokens, seed, spell } = material;
  const passages = composePassages(material.pool, seed, record.index);
  const logitTokens =
    material.logits === null ? [] : chooseLogitTokens(material.logits, material.inUse, seed, record.index);
  const detection = createDetectionItems(passages.firing, passages.silent, seed, record.index);
  const fuzzing = createFuzzingItems(passages.firing, seed, record.index);
  const spellOne = (token: number): ShownToken => spell([token])[0]!;
  return {
    feature: record.index,
    questions: {
      examples: passages.toExplain.map((passage) => ({
        ...show(passage),
        source: passage.source,
        levels: listLevels(passage),
      })),
      raised: (record.logits?.positive ?? []).map(({ token }) => spellOne(token)),
      lowered: (record.logits?.negative ?? []).map(({ token }) => spellOne(token)),
      passages: passages.toPredict.map(show),
      logitTokens: logitTokens.map(({ token }) => spellOne(token)),
      detection: detection.map(({ passage }) => show(passage)),
      fuzzing: fuzzing.map(({ passage, marked }) => ({ ...show(passage), marked: inside(passage, marked) })),
    },
    key: {
      ...createKey(passages, logitTokens),
      active: detection.map(({ active }) => active),
      markedRight: fuzzing.map(({ right }) => right),
    },
    asked: passages.toPredict.map((passage) => ({
      source: passage.source,
      tokens: inside(passage, passage.tokens),
    })),
  };

  function createKey({ toPredict }: ComposedPassages, asked: readonly LogitTestToken[]) {
    return {
      levels: toPredict.map(listLevels),
      weights: toPredict.map(({ source }) => weighPassage(source, record, tokens)),
      raised: asked.map(({ raised }) => raised),
    };
  }

  function show(passage: Passage): ShownPassage {
    return { tokens: spell(inside(passage, passage.tokens)), labels: material.labelsOf(passage.document) };
  }

  function listLevels(passage: Passage): number[] {
    return inside(passage, passage.activations).map((value) => quantiseActivation(value, record.maximum));
  }
}

/** The values of those places of the window that lie within the context. */
function inside<T>({ tokens }: Passage, values: readonly T[]): T[] {
  return values.filter((_, place) => tokens[place]! >= 0);
}
