import { useMemo } from "preact/hooks";
import type { Module, ModuleExample } from "../../../src/analysis/automata/modules.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { formatCount, formatPercent } from "../../text/format-number.ts";
import { mergeTokens } from "../../text/merge-tokens.ts";
import { showUnseen } from "../../text/visible-text.ts";
import { shadeClass } from "../reading/shade.ts";
import { renderVisible } from "../render-visible.tsx";
import { TokenChip } from "../token-chip.tsx";
import { FeatureWords } from "./feature-words.tsx";

/** A module: its features, its tokens, text in which most of it fires at once, and the modules it has links to. */
export function ModuleCard(props: {
  readonly module: Module;
  readonly index: number;
  readonly data: DictionaryData;
  readonly onChoose: (module: number) => void;
}) {
  const { module, index, data } = props;
  const { size, features, tokens, links, examples } = module;
  return (
    <section class="section card module-card" aria-labelledby="module-title">
      <h2 id="module-title">Module {index + 1}</h2>
      <h3>Text in which most of it fires at once</h3>
      <ol class="mini-examples">
        {examples.map((example) => (
          <ModuleLine key={example.context} example={example} data={data} />
        ))}
      </ol>
      <h3>Tokens</h3>
      <p class="token-list">
        {tokens.map(({ token, count, share }) => (
          <span class="counted" key={token}>
            <TokenChip text={data.names.text(token)} />{" "}
            <span class="note">
              {formatCount(count)} times, {formatPercent(share)} of all
            </span>
          </span>
        ))}
      </p>
      <h3>
        {features.length < size
          ? `The ${features.length} features with most links, of ${formatCount(size)}`
          : "Features"}
      </h3>
      <ul class="module-features">
        {features.map((feature) => (
          <li key={feature}>
            <FeatureWords data={data} feature={feature} />
          </li>
        ))}
      </ul>
      {links.length > 0 && (
        <p class="note">
          Links to{" "}
          {links.map(({ module: other, share }) => (
            <span key={other}>
              <button type="button" class="link-button" onClick={() => props.onChoose(other)}>
                module {other + 1}
              </button>{" "}
              ({formatPercent(share)}){" "}
            </span>
          ))}
        </p>
      )}
    </section>
  );
}

/** A line of text, each token shaded by how many of the module's features fire on it. */
function ModuleLine({ example, data }: { readonly example: ModuleExample; readonly data: DictionaryData }) {
  const { tokens, active } = example;
  const clusters = useMemo(() => mergeTokens(tokens.map(data.names.bytes)), [tokens, data]);
  const most = Math.max(...active);
  return (
    <li class="mini-example">
      <span class="example-value">{most}</span>
      <p class="example-text" dir="auto">
        {clusters.map(({ start, end, text }) => (
          <span class={shadeClass(Math.max(...active.slice(start, end)) / most)} key={start}>
            {renderVisible(showUnseen(text))}
          </span>
        ))}
      </p>
    </li>
  );
}
