import { useMemo } from "preact/hooks";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { listActivations, listLossEffects } from "../../data/explored-text.ts";
import type { Exploration } from "../../data/use-exploration.ts";
import { clusterTokens } from "../../text/cluster-tokens.ts";
import { nameEffect } from "../../text/effect-level.ts";
import { formatCount, formatSignificant } from "../../text/format-number.ts";
import { ReadingInspector } from "./reading-inspector.tsx";
import { ReadingText } from "./reading-text.tsx";
import { shadeClass } from "./shade.ts";

/** The text as tokens, shaded by one feature, with what is known of the token someone points at. */
export function ExploredTextCard({
  data,
  exploration,
  language,
  feature,
  place,
  onPoint,
  onChoose,
}: {
  readonly data: DictionaryData;
  readonly exploration: Exploration;
  readonly language?: string;
  /** The feature that shades the text. */
  readonly feature: number | undefined;
  /** The token someone points at. */
  readonly place: number | undefined;
  readonly onPoint: (place: number | undefined) => void;
  readonly onChoose: (place: number) => void;
}) {
  const { tokens, chosen, answer } = exploration;
  const contexts = useMemo(() => clusterTokens(tokens, data.names.bytes), [tokens, data]);
  const activations = useMemo(
    () => (feature === undefined ? undefined : listActivations(tokens, feature)),
    [tokens, feature],
  );
  const isByLoss = exploration.selection.rank === "loss";
  const effects = useMemo(
    () => (feature === undefined || !isByLoss ? undefined : listLossEffects(tokens, feature)),
    [tokens, feature, isByLoss],
  );
  const maximum = feature === undefined ? 0 : data.table.maximum[feature]!;
  const look = (start: number, end: number) => {
    if (activations === undefined) return "";
    const shade = shadeClass(Math.max(...activations.subarray(start, end)) / maximum);
    return effects === undefined ? shade : `${shade} ${nameEffect(strongest(effects.subarray(start, end)))}`;
  };
  const cluster = contexts.flat().find(({ start, end }) => place !== undefined && place >= start && place < end);
  return (
    <section class={`card reading-card${answer.stale ? " stale" : ""}`} aria-labelledby="text-title">
      <h2 id="text-title">The text</h2>
      <p class="note">
        {describeLength(exploration)}
        {feature !== undefined &&
          ` Shaded by feature ${feature}, darkest at its maximum of ${formatSignificant(maximum)}.`}
        {effects !== undefined && (
          <>
            {" "}
            A line below a token: the feature <span class="helped-2">helped</span> or <span class="hurt-2">hurt</span>{" "}
            to predict it.
          </>
        )}
      </p>
      <ReadingText
        label="Tokens of the text"
        contexts={contexts}
        look={look}
        chosen={chosen}
        onPoint={onPoint}
        onChoose={onChoose}
        {...(language === undefined ? {} : { language })}
      />
      <ReadingInspector
        data={data}
        tokens={cluster === undefined ? [] : tokens.slice(cluster.start, cluster.end)}
        start={cluster?.start}
        feature={feature}
      />
    </section>
  );
}

function strongest(effects: Float32Array): number {
  return effects.reduce((best, effect) => (Math.abs(effect) > Math.abs(best) ? effect : best), 0);
}

function describeLength({ answer: { value }, tokens }: Exploration): string {
  if (value === undefined) return "";
  const { contexts, contextLength } = value;
  if (contexts === 1) return `${formatCount(tokens.length)} tokens.`;
  return `${formatCount(tokens.length)} tokens are more than the ${formatCount(contextLength)} the model sees at once: it reads them in ${formatCount(contexts)} windows, each by itself.`;
}
