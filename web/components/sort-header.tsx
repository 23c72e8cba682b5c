import type { FeatureSelection } from "../data/feature-order.ts";
import { setQuery } from "../location-state.ts";

/** A column's title, which sorts by it, and the other way when pressed again. */
export function SortHeader({
  sort,
  title,
  meaning,
  selection,
}: {
  readonly sort: FeatureSelection["sort"];
  readonly title: string;
  readonly meaning: string;
  readonly selection: FeatureSelection;
}) {
  const current = selection.sort === sort;
  const direction = selection.ascending ? "ascending" : "descending";
  const choose = () => setQuery({ sort, dir: current ? (selection.ascending ? "desc" : "asc") : "" });
  return (
    <th scope="col" class={`column-${sort}`} aria-sort={current ? direction : "none"}>
      <button type="button" title={meaning} onClick={choose}>
        {title}
        <span aria-hidden="true">{current ? (selection.ascending ? " ↑" : " ↓") : ""}</span>
      </button>
    </th>
  );
}
