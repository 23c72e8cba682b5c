import type { FeatureRecord } from "../../../src/features/feature-record.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { formatDensity, formatSignificant } from "../../text/format-number.ts";
import { TokenChip } from "../token-chip.tsx";
import { MiniExample } from "./mini-example.tsx";

const EXAMPLES = 5;
const TOKENS = 5;

/** A feature in small: how often it fires, its strongest examples, what it makes likelier, and where there is more. */
export function MiniDashboard({
  data,
  feature,
  record,
}: {
  readonly data: DictionaryData;
  readonly feature: number;
  readonly record: FeatureRecord | undefined;
}) {
  const { summary, table, pack, names } = data;
  const top = record?.groups.find(({ kind }) => kind === "top")?.examples.slice(0, EXAMPLES) ?? [];
  return (
    <div class="mini">
      <p class="note">
        Fires on {formatDensity(table.firings[feature]! / pack.tokens)} of tokens, at most with{" "}
        {formatSignificant(table.maximum[feature]!)}.
      </p>
      <ol class="mini-examples" aria-label={`Strongest examples of feature ${feature}`}>
        {top.map((example) => (
          <MiniExample
            key={`${example.context}-${example.position}`}
            example={example}
            maximum={record!.maximum}
            names={names}
          />
        ))}
      </ol>
      {record?.logits != null && (
        <p class="mini-logits">
          Makes likelier:{" "}
          {record.logits.positive.slice(0, TOKENS).map(({ token }) => (
            <TokenChip text={names.text(token)} key={token} />
          ))}
        </p>
      )}
      <p class="mini-links">
        <a href={`/d/${summary.id}/f/${feature}`}>Feature {feature}</a>
        <a href={`/d/${summary.id}/steer?f=${feature}:pin`}>Steer with it</a>
      </p>
    </div>
  );
}
