import { useMemo, useState } from "preact/hooks";
import type { FeatureRecord } from "../../../src/features/feature-record.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { addToSample, type Sample } from "../../data/sample.ts";
import { DEFAULT_PROMPT } from "../../data/steer-selection.ts";
import { type LiveAnswer, useLiveAnswer } from "../../data/use-live-answer.ts";
import { useNoModel } from "../../data/use-no-model.ts";
import { formatSignificant } from "../../text/format-number.ts";
import { mergeTokens } from "../../text/merge-tokens.ts";
import { showUnseen } from "../../text/visible-text.ts";
import { Panel, type PanelData } from "../panel.tsx";
import { renderVisible } from "../render-visible.tsx";
import { ValueField } from "../steer/value-field.tsx";
import type { LivePanelProps } from "./live-panel-props.ts";
import { LiveState } from "./live-state.tsx";

const SEEDS = [1, 2, 3] as const;
const TOKENS = 30;
const PLAIN = { temperature: 1, topK: 0, topP: 1 } as const;

/** One slider that holds the feature at a value, and what the model then writes from three seeds. */
export function SteerStrip({ data, record, frame }: LivePanelProps) {
  const noModel = useNoModel(data.summary);
  const { index, maximum } = record;
  const [value, setValue] = useState<number | null>(null);
  const [isWanted, setWanted] = useState(false);
  const held = value ?? maximum;
  const answers = useSamples(data, index, held, isWanted && noModel === undefined);
  const describe = () => describeSamples(data, record, held, answers);
  return (
    <Panel name="steer" frame={frame} data={describe}>
      <p class="note">
        This feature alone is held, on every token of <code>{DEFAULT_PROMPT}</code> and of what the model writes after
        it; all others stay as the text makes them.
      </p>
      <ValueField
        label="Value the feature is held at"
        value={held}
        maximum={maximum}
        isSigned={false}
        onChange={(changed) => {
          setValue(changed);
          setWanted(true);
        }}
      />
      {noModel != null && <p class="note">{noModel.reason}</p>}
      {isWanted ? (
        <ol class="strip-samples">
          {answers.map((answer, place) => (
            <StripSample key={SEEDS[place]} data={data} seed={SEEDS[place]!} answer={answer} />
          ))}
        </ol>
      ) : (
        <button type="button" class="button" disabled={noModel !== undefined} onClick={() => setWanted(true)}>
          Write three texts
        </button>
      )}
      <p class="mini-links">
        <a href={`/d/${data.summary.id}/steer?f=${index}:pin:${formatSignificant(held, 4)}`}>
          More: other prompts, several features
        </a>
      </p>
    </Panel>
  );
}

function useSamples(data: DictionaryData, feature: number, value: number, isWanted: boolean): LiveAnswer<Sample>[] {
  const interventions = [{ kind: "pin" as const, feature, value, span: null }];
  return SEEDS.map((seed) =>
    useLiveAnswer(
      data.summary,
      isWanted
        ? { kind: "steer", prompt: DEFAULT_PROMPT, interventions, errorTerm: "keep", tokens: TOKENS, seed, ...PLAIN }
        : undefined,
      addToSample,
    ),
  );
}

function StripSample({
  data,
  seed,
  answer,
}: {
  readonly data: DictionaryData;
  readonly seed: number;
  readonly answer: LiveAnswer<Sample>;
}) {
  const sample = answer.value;
  const clusters = useMemo(
    () => mergeTokens((sample?.tokens.slice(sample.promptLength) ?? []).map(data.names.bytes)),
    [sample, data],
  );
  return (
    <li class={answer.stale ? "stale" : ""}>
      <span class="example-value">seed {seed}</span>
      {answer.error === undefined ? (
        <p class="example-text" dir="auto">
          {clusters.map(({ text }) => renderVisible(showUnseen(text)))}
        </p>
      ) : (
        <LiveState answer={answer} what="the text" />
      )}
    </li>
  );
}

function describeSamples(
  { names }: DictionaryData,
  { index }: FeatureRecord,
  value: number,
  answers: readonly LiveAnswer<Sample>[],
): PanelData {
  const texts = answers.flatMap(({ value: sample }, place) =>
    sample === undefined ? [] : [{ seed: SEEDS[place]!, tokens: sample.tokens.map(names.text) }],
  );
  return {
    table: { columns: ["seed", "text"], rows: texts.map(({ seed, tokens }) => [seed, tokens.join("")]) },
    json: { feature: index, value, prompt: DEFAULT_PROMPT, texts },
  };
}
