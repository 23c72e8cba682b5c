import type { Automata } from "../../../src/analysis/automata/automata.ts";
import { explainAbsence } from "../../../src/analysis/automata/tell-automata.ts";
import { nameAutomaton } from "../../data/automata-data.ts";

/** The automata that the paper shows: found here, or what speaks against them. */
export function NamedList(props: { readonly automata: Automata; readonly address: (name: string) => string }) {
  const { named, settings } = props.automata;
  return (
    <ul class="named-automata">
      {named.map((finding) => {
        const name = finding.best === null ? "" : nameAutomaton(finding.best.states);
        return (
          <li key={finding.name}>
            <b>{finding.title}</b>:{" "}
            {finding.found ? (
              <>
                found, <a href={props.address(name)}>{finding.best!.states.join(" → ")}</a>, strength{" "}
                {finding.best!.strength.toFixed(3)}
              </>
            ) : (
              <span class="note">not found: {explainAbsence(finding, settings.weakestEdge)}.</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
