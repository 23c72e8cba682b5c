import { type FeatureSelection, FILTERS, SORTS } from "../data/feature-order.ts";
import { setQuery } from "../location-state.ts";

const SORT_TITLES = {
  max: "largest activation",
  density: "density",
  mean: "mean activation",
  index: "number",
} as const;

/** The search field's id, for the key that goes there. */
export const SEARCH_ID = "feature-search";

/** What limits and orders the table; it all goes to the address. */
export function FeatureControls({
  selection,
  counts,
}: {
  readonly selection: FeatureSelection;
  readonly counts: Readonly<Record<FeatureSelection["filter"], number>> | undefined;
}) {
  return (
    <search class="controls">
      <label class="search-field">
        <span class="visually-hidden">Search top tokens or a feature's number</span>
        <input
          id={SEARCH_ID}
          type="search"
          placeholder="Search top tokens or a number"
          dir="auto"
          value={selection.search}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
      </label>
      <fieldset class="filters">
        <legend class="visually-hidden">Show</legend>
        {FILTERS.map((filter) => (
          <label class="filter" key={filter}>
            <input
              type="radio"
              name="show"
              checked={selection.filter === filter}
              onChange={() => setQuery({ show: filter === "all" ? "" : filter })}
            />
            <span>
              {filter} {counts !== undefined && <small>{counts[filter].toLocaleString("en-US")}</small>}
            </span>
          </label>
        ))}
      </fieldset>
      <label class="sort-field">
        Sort by{" "}
        <select value={selection.sort} onChange={(event) => setQuery({ sort: event.currentTarget.value, dir: "" })}>
          {SORTS.map((sort) => (
            <option value={sort} key={sort}>
              {SORT_TITLES[sort]}
            </option>
          ))}
        </select>
      </label>
    </search>
  );
}
