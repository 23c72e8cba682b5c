import type { MatchProfile } from "../../../src/analysis/specificity.ts";
import { ScrollRegion } from "../scroll-region.tsx";

/** What came near a proxy over all tokens; choosing a row shows its plots. */
export function ProfileTable(props: {
  readonly of: "features" | "neurons";
  readonly profiles: readonly MatchProfile[];
  readonly chosen: number | undefined;
  readonly address: ((index: number) => string) | undefined;
  readonly onChoose: (index: number) => void;
}) {
  const { of, profiles, chosen, address } = props;
  return (
    <ScrollRegion label={`${of} that come near`}>
      <table class="figures tight">
        <thead>
          <tr>
            <th scope="col">{of === "features" ? "feature" : "neuron"}</th>
            <th scope="col">plots</th>
            <th scope="col">F1</th>
            <th scope="col">precision</th>
            <th scope="col">recall</th>
            <th scope="col">Pearson</th>
          </tr>
        </thead>
        <tbody>
          {profiles.map(({ index, f1, precision, recall, pearson }) => (
            <tr key={index} {...(index === chosen ? { class: "chosen" } : {})}>
              <th scope="row">{address === undefined ? index : <a href={address(index)}>{index}</a>}</th>
              <td>
                <button
                  type="button"
                  class="quiet-button"
                  aria-pressed={index === chosen}
                  aria-label={`show plots of ${index}`}
                  onClick={() => props.onChoose(index)}
                >
                  show
                </button>
              </td>
              <td>{f1.toFixed(3)}</td>
              <td>{precision.toFixed(3)}</td>
              <td>{recall.toFixed(3)}</td>
              <td>{pearson.toFixed(3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
