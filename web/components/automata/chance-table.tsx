import type { Automata } from "../../../src/analysis/automata/automata.ts";
import { LENGTH_NAMES, meanChance } from "../../../src/analysis/automata/tell-automata.ts";
import { formatCount } from "../../text/format-number.ts";

/** How many automata and edges there are, and how many when each feature writes what another one does. */
export function ChanceTable({ automata }: { readonly automata: Automata }) {
  const { edges, cycles } = automata;
  const rows = [
    ...cycles.map((counted, index) => ({ name: LENGTH_NAMES[index]!, ...counted })),
    { name: "edges", ...edges },
  ];
  return (
    <table class="figures tight">
      <thead>
        <tr>
          <th scope="col">
            <span class="visually-hidden">what</span>
          </th>
          <th scope="col">found</th>
          <th scope="col">by chance</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, count, chance }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{formatCount(count)}</td>
            <td>
              {meanChance({ chance }).toFixed(1)}{" "}
              <span class="soft">{`${formatCount(Math.min(...chance))}–${formatCount(Math.max(...chance))}`}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
