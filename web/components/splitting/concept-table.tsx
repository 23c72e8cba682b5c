import type { ConceptCount, Splitting } from "../../../src/analysis/splitting.ts";
import { formatCount, formatPercent } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";
import { LevelFeature } from "./level-feature.tsx";

const SHOWN_FEATURES = 40;

/** How many features each concept has at each size; choosing one lists them. */
export function ConceptTable(props: {
  readonly splitting: Splitting;
  readonly chosen: string;
  readonly address: (level: number, feature: number) => string | undefined;
  readonly onChoose: (proxy: string) => void;
}) {
  const { levels, concepts, conceptRule } = props.splitting;
  const found = concepts.filter(({ features }) => features.some((own) => own.length > 0));
  const missing = concepts.filter((concept) => !found.includes(concept)).map(({ title }) => title);
  const chosen = found.find(({ proxy }) => proxy === props.chosen);
  return (
    <>
      <ScrollRegion label="Features of a concept at each size">
        <table class="figures tight">
          <caption class="visually-hidden">Features of a concept at each size</caption>
          <thead>
            <tr>
              <th scope="col">concept</th>
              <th scope="col">its tokens</th>
              {levels.map(({ features }) => (
                <th scope="col">of {formatCount(features)}</th>
              ))}
              <th scope="col">list</th>
            </tr>
          </thead>
          <tbody>
            {found.map((concept) => (
              <Row key={concept.proxy} {...props} concept={concept} isChosen={concept === chosen} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {chosen !== undefined && <Features {...props} concept={chosen} />}
      <p class="note">
        A feature is one of a concept's where at least {formatPercent(conceptRule.precision)} of the tokens it fires on,{" "}
        {conceptRule.firings} or more, belong to it; concepts on more than {formatPercent(conceptRule.share)} of the
        text are left out.
        {missing.length > 0 && ` None at any size: ${missing.join(", ")}.`}
      </p>
    </>
  );
}

function Row(props: {
  readonly concept: ConceptCount;
  readonly isChosen: boolean;
  readonly onChoose: (proxy: string) => void;
}) {
  const { concept, isChosen, onChoose } = props;
  return (
    <tr {...(isChosen ? { class: "chosen" } : {})}>
      <th scope="row">{concept.title}</th>
      <td>{formatCount(concept.positives)}</td>
      {concept.features.map((own) => (
        <td>{formatCount(own.length)}</td>
      ))}
      <td>
        <button
          type="button"
          class="quiet-button"
          aria-pressed={isChosen}
          aria-label={`Features of ${concept.title}`}
          onClick={() => onChoose(isChosen ? "" : concept.proxy)}
        >
          {isChosen ? "hide" : "show"}
        </button>
      </td>
    </tr>
  );
}

function Features(props: {
  readonly splitting: Splitting;
  readonly concept: ConceptCount;
  readonly address: (level: number, feature: number) => string | undefined;
}) {
  const { splitting, concept } = props;
  return (
    <dl class="concept-features">
      {concept.features.map((own, level) => (
        <>
          <dt>
            {concept.title}, of {formatCount(splitting.levels[level]!.features)}
          </dt>
          <dd>
            {own.length === 0 && "none"}
            {own.slice(0, SHOWN_FEATURES).map((feature) => (
              <LevelFeature key={feature} address={props.address(level, feature)}>
                {feature}
              </LevelFeature>
            ))}
            {own.length > SHOWN_FEATURES && (
              <span class="soft">and {formatCount(own.length - SHOWN_FEATURES)} more</span>
            )}
          </dd>
        </>
      ))}
    </dl>
  );
}
