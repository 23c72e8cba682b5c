import { AutomataView } from "../components/automata/automata-view.tsx";
import { ModulesView } from "../components/automata/modules-view.tsx";
import { ChoiceGroup } from "../components/choice-group.tsx";
import { CopyLine } from "../components/copy-line.tsx";
import { LoadState } from "../components/load-state.tsx";
import { type AutomataData, loadAutomata } from "../data/automata-data.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { pageLocation, setQuery } from "../location-state.ts";

/** Circles of features that raise tokens on which the next fires, and modules of features that fire together. */
export function AutomataPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Automata of ${dictionary}`);
  const resource = useResource(dictionary, (signal) => loadAutomata(dictionary, signal));
  const { value } = resource;
  return (
    <>
      <div class="page-head">
        <h1>Automata and modules</h1>
        <p class="note">
          A feature raises tokens on which another one fires, and so on round a circle; and features that fire together.
        </p>
      </div>
      <LoadState resource={resource} what="the automata" />
      {value?.found === null && (
        <section class="section card">
          <p class="note">Not looked for yet in this dictionary:</p>
          <CopyLine
            what="Command"
            text={`monosem analyse automata --run ${value.details.run} --dictionary ${value.details.name}`}
          />
        </section>
      )}
      {value?.found != null && <Found {...value.found} />}
    </>
  );
}

function Found({ data, automata }: NonNullable<AutomataData["found"]>) {
  const { query } = pageLocation.value;
  const view = query.get("view") === "modules" ? "modules" : "automata";
  return (
    <>
      <div class="automata-choices">
        <ChoiceGroup
          legend="Show"
          name="view"
          choices={{ automata: "automata", modules: "modules" }}
          value={view}
          onChange={(next) => setQuery({ view: next === "automata" ? "" : next })}
        />
      </div>
      {view === "automata" ? (
        <AutomataView automata={automata} data={data} />
      ) : (
        <ModulesView
          modules={automata.modules}
          data={data}
          chosen={Math.max(0, Number(query.get("m") ?? 1) - 1)}
          onChoose={(module) => setQuery({ m: String(module + 1) })}
        />
      )}
    </>
  );
}
