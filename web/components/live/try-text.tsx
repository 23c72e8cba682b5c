import { useMemo, useState } from "preact/hooks";
import type { FeatureRecord } from "../../../src/features/feature-record.ts";
import type { LiveToken } from "../../../src/live/live-event.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { listActivations } from "../../data/explored-text.ts";
import { setTriedText, triedText } from "../../data/tried-text.ts";
import { useExplored } from "../../data/use-explored.ts";
import { useNoModel } from "../../data/use-no-model.ts";
import { clusterTokens } from "../../text/cluster-tokens.ts";
import { formatSignificant } from "../../text/format-number.ts";
import { Panel, type PanelData } from "../panel.tsx";
import { ReadingInspector } from "../reading/reading-inspector.tsx";
import { ReadingText } from "../reading/reading-text.tsx";
import { shadeClass } from "../reading/shade.ts";
import type { LivePanelProps } from "./live-panel-props.ts";
import { LiveState } from "./live-state.tsx";

/** A field to try a feature on a text of one's own; the text stays from feature to feature. */
export function TryText({ data, record, frame }: LivePanelProps) {
  const noModel = useNoModel(data.summary);
  const text = triedText.value;
  const answer = useExplored(data, noModel === undefined ? text : "");
  const tokens = answer.value?.tokens;
  return (
    <Panel name="try" frame={frame} data={() => describeText(data, record, text, tokens ?? [])}>
      <label class="visually-hidden" for="try-text">
        A text to try this feature on
      </label>
      <textarea
        id="try-text"
        dir="auto"
        rows={2}
        spellcheck={false}
        disabled={noModel !== undefined}
        placeholder="Type something: where does this feature fire?"
        value={text}
        onInput={(event) => setTriedText(event.currentTarget.value)}
      />
      {noModel != null && <p class="note">{noModel.reason}</p>}
      <LiveState answer={answer} what="the activations" />
      {tokens !== undefined && <TriedText data={data} record={record} tokens={tokens} isStale={answer.stale} />}
    </Panel>
  );
}

function TriedText({
  data,
  record: { index, maximum },
  tokens,
  isStale,
}: {
  readonly data: DictionaryData;
  readonly record: FeatureRecord;
  readonly tokens: readonly LiveToken[];
  readonly isStale: boolean;
}) {
  const [place, setPlace] = useState<number>();
  const contexts = useMemo(() => clusterTokens(tokens, data.names.bytes), [tokens, data]);
  const activations = useMemo(() => listActivations(tokens, index), [tokens, index]);
  const highest = activations.reduce((a, b) => Math.max(a, b), 0);
  const cluster = contexts.flat().find(({ start, end }) => place !== undefined && place >= start && place < end);
  return (
    <div class={isStale ? "stale" : ""}>
      <ReadingText
        label={`The text, shaded by feature ${index}`}
        contexts={contexts}
        look={(start, end) => shadeClass(Math.max(...activations.subarray(start, end)) / (maximum || 1))}
        chosen={null}
        onPoint={setPlace}
      />
      <ReadingInspector
        data={data}
        tokens={cluster === undefined ? [] : tokens.slice(cluster.start, cluster.end)}
        start={cluster?.start}
        feature={index}
        idle={
          highest > 0
            ? `Fires with up to ${formatSignificant(highest)} of ${formatSignificant(maximum)}. Point at a token for more.`
            : "Does not fire on this text."
        }
      />
    </div>
  );
}

function describeText(
  { names }: DictionaryData,
  { index }: FeatureRecord,
  text: string,
  tokens: readonly LiveToken[],
): PanelData {
  const activations = Array.from(listActivations(tokens, index));
  const rows = tokens.map(({ token }, place) => [names.text(token), activations[place]!]);
  return { table: { columns: ["token", "activation"], rows }, json: { feature: index, text, activations } };
}
