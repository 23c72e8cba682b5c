import type { GalleryEntry } from "../../../src/analysis/gallery.ts";
import type { SingleMatch } from "../../../src/analysis/specificity.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { formatCount, formatLevel, formatPercent } from "../../text/format-number.ts";
import { renderWindow } from "../render-window.tsx";

interface EntriesProps {
  readonly title: string;
  readonly meaning: string;
  readonly entries: readonly GalleryEntry[];
  readonly names: TokenNames;
  readonly address: (feature: number) => string;
}

/** The features of one outcome as cards; nothing where it has none. */
export function GalleryEntries(props: EntriesProps) {
  const { title, meaning, entries } = props;
  if (entries.length === 0) return null;
  const id = `gallery-${entries[0]!.verdict}`;
  return (
    <section class="section" aria-labelledby={id}>
      <h2 id={id}>
        {title} ({entries.length})
      </h2>
      <p class="note">{meaning}</p>
      <div class="gallery-cards">
        {entries.map((entry) => (
          <Entry key={entry.proxy} {...props} entry={entry} />
        ))}
      </div>
    </section>
  );
}

function Entry({ entry, names, address }: EntriesProps & { readonly entry: GalleryEntry }) {
  const { feature, union, neuron, example } = entry;
  return (
    <article class="card gallery-card">
      <h3>{entry.title}</h3>
      <details class="note">
        <summary>{entry.tokens === 0 ? "none in the text" : `${formatCount(entry.tokens)} tokens of the text`}</summary>
        {entry.rule}
      </details>
      {feature !== null && (
        <>
          <p>
            <a href={address(feature.index)}>Feature {feature.index}</a>
            {feature.threshold > 0 && ` above ${formatLevel(feature.threshold)}`}
          </p>
          <Scores match={feature} />
        </>
      )}
      {feature === null && entry.verdict === "not-found" && <p>No feature fires on it.</p>}
      {example !== null && (
        <p class="gallery-example" dir="auto">
          {renderWindow(example[1], names)}
        </p>
      )}
      {feature !== null && (
        <p class="note">
          {union !== null && `Union of ${union.features.length}: F1 ${union.f1.toFixed(2)}. `}
          {neuron !== null &&
            `Best neuron, ${neuron.index}: F1 ${neuron.f1.toFixed(2)}, Pearson ${neuron.pearson.toFixed(2)}.`}
        </p>
      )}
    </article>
  );
}

function Scores({ match }: { readonly match: SingleMatch }) {
  const { f1, pearson, precision, recall, intervals } = match;
  const range = ([low, high]: readonly [number, number]) => `${low.toFixed(2)} to ${high.toFixed(2)}`;
  return (
    <dl class="gallery-scores">
      <dt>F1</dt>
      <dd>
        {f1.toFixed(2)} <span class="soft">{range(intervals.f1)}</span>
      </dd>
      <dt>Pearson</dt>
      <dd>
        {pearson.toFixed(2)} <span class="soft">{range(intervals.pearson)}</span>
      </dd>
      <dt>share positive</dt>
      <dd>{formatPercent(precision)}</dd>
      <dt>of all such tokens</dt>
      <dd>{formatPercent(recall)}</dd>
    </dl>
  );
}
