import type { Modules } from "../../../src/analysis/automata/modules.ts";
import { meanChance } from "../../../src/analysis/automata/tell-automata.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { formatCount, formatPercent } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";
import { Stats } from "../stat.tsx";
import { TokenChip } from "../token-chip.tsx";
import { ModuleCard } from "./module-card.tsx";

const TOKENS = 6;

/** Features that fire together: how modular they are, the modules, and one of them. */
export function ModulesView(props: {
  readonly modules: Modules;
  readonly data: DictionaryData;
  readonly chosen: number;
  readonly onChoose: (module: number) => void;
}) {
  const { modules, data, chosen, onChoose } = props;
  const { list } = modules;
  const chance = meanChance(modules);
  return (
    <>
      <section class="section card" aria-label="Modularity">
        <Stats
          figures={[
            {
              label: "Modularity",
              value: modules.modularity.toFixed(3),
              note: `${chance.toFixed(3)} where each feature has as many links, to others drawn at random`,
            },
            { label: "Modules", value: formatCount(modules.count), note: "of two features or more" },
            {
              label: "Features",
              value: formatCount(modules.features),
              note: `${formatCount(modules.links)} links: each one’s ten largest correlations over ${formatCount(modules.correlationTokens)} tokens`,
            },
          ]}
        />
      </section>
      <section class="section card" aria-label="Modules">
        <ModuleTable {...{ list, data, chosen, onChoose }} />
      </section>
      {list[chosen] !== undefined && (
        <ModuleCard module={list[chosen]} index={chosen} data={data} onChoose={onChoose} />
      )}
    </>
  );
}

function ModuleTable(props: {
  readonly list: Modules["list"];
  readonly data: DictionaryData;
  readonly chosen: number;
  readonly onChoose: (module: number) => void;
}) {
  const { list, data, chosen } = props;
  return (
    <ScrollRegion label="Modules">
      <table class="figures tight automata-table">
        <thead>
          <tr>
            <th scope="col">tokens that tell it</th>
            <th scope="col">features</th>
            <th scope="col">tokens with two or more</th>
            <th scope="col">links within</th>
            <th scope="col">
              <span class="visually-hidden">show</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map(({ size, density, inside, tokens }, index) => (
            <tr key={index} {...(index === chosen ? { class: "chosen" } : {})}>
              <th scope="row">
                {tokens.slice(0, TOKENS).map(({ token }) => (
                  <TokenChip text={data.names.text(token)} key={token} />
                ))}
              </th>
              <td>{formatCount(size)}</td>
              <td>{formatPercent(density)}</td>
              <td>{formatPercent(inside)}</td>
              <td>
                <button
                  type="button"
                  class="quiet-button"
                  aria-pressed={index === chosen}
                  aria-label={`Show module ${index + 1}`}
                  onClick={() => props.onChoose(index)}
                >
                  show
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
