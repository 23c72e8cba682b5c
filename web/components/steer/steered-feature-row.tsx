import type { DictionaryData } from "../../data/dictionary-data.ts";
import { findTopTokens } from "../../data/feature-order.ts";
import { resolveValue, type SteeredFeature, type SteerKind } from "../../data/steer-selection.ts";
import { TokenChip } from "../token-chip.tsx";
import { SpanField } from "./span-field.tsx";
import { ValueField } from "./value-field.tsx";

const KINDS: Readonly<Record<SteerKind, string>> = {
  pin: "hold at",
  add: "add",
  ablate: "take away",
};

/** One feature that is acted on: how, how much, where. */
export function SteeredFeatureRow({
  data,
  entry,
  onChange,
  onRemove,
}: {
  readonly data: DictionaryData;
  readonly entry: SteeredFeature;
  readonly onChange: (entry: SteeredFeature) => void;
  readonly onRemove: () => void;
}) {
  const { feature, kind } = entry;
  const maximum = data.table.maximum[feature]!;
  return (
    <li class="steered">
      <div class="steered-name">
        <a href={`/d/${data.summary.id}/f/${feature}`}>Feature {feature}</a>
        {findTopTokens(data.table, feature).map((id) => (
          <TokenChip text={data.names.text(id)} key={id} />
        ))}
      </div>
      <label class="field">
        <span class="visually-hidden">Do</span>
        <select value={kind} onChange={(event) => onChange({ ...entry, kind: event.currentTarget.value as SteerKind })}>
          {(Object.keys(KINDS) as SteerKind[]).map((name) => (
            <option value={name} key={name}>
              {KINDS[name]}
            </option>
          ))}
        </select>
      </label>
      {kind === "ablate" ? (
        <p class="steered-note">its activation is set to 0</p>
      ) : (
        <ValueField
          label={kind === "pin" ? `Value of feature ${feature}` : `Amount of feature ${feature}`}
          value={resolveValue(entry, data.table.maximum)}
          maximum={maximum}
          isSigned={kind === "add"}
          onChange={(value) => onChange({ ...entry, value })}
        />
      )}
      <SpanField feature={feature} span={entry.span} onChange={(span) => onChange({ ...entry, span })} />
      <button type="button" class="quiet-button" aria-label={`Remove feature ${feature}`} onClick={onRemove}>
        ×
      </button>
    </li>
  );
}
