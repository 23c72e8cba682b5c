import { FACETS, type FeatureSelection, FILTERS, renderRange, SORTS } from "../data/feature-order.ts";
import { setQuery } from "../location-state.ts";
import { formatCount, formatDensity } from "../text/format-number.ts";

const SORT_TITLES: Readonly<Record<FeatureSelection["sort"], string>> = {
  max: "largest activation",
  density: "density",
  mean: "mean activation",
  kurtosis: "kurtosis of activations",
  effect: "use to the model",
  direction: "share of one neuron",
  label: "label",
  rating: "rating",
  index: "number",
};

/** The search field's id, for the key that goes there. */
export const SEARCH_ID = "feature-search";

/** How many features each filter and facet leaves. */
export type SelectionCounts = Readonly<Record<(typeof FILTERS)[number] | (typeof FACETS)[number], number>>;

/** What limits and orders the table; it all goes to the address. */
export function FeatureControls(props: {
  readonly selection: FeatureSelection;
  readonly counts: SelectionCounts | undefined;
}) {
  const { selection, counts } = props;
  return (
    <search class="controls">
      <label class="search-field">
        <span class="visually-hidden">Search tokens, labels, notes or a feature's number</span>
        <input
          id={SEARCH_ID}
          type="search"
          placeholder="Search tokens, labels, notes or a number"
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
              {filter} {counts !== undefined && <small>{formatCount(counts[filter])}</small>}
            </span>
          </label>
        ))}
      </fieldset>
      <Facets selection={selection} counts={counts} />
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

function Facets({
  selection,
  counts,
}: {
  readonly selection: FeatureSelection;
  readonly counts: SelectionCounts | undefined;
}) {
  const { facets, density } = selection;
  const toggle = (facet: (typeof FACETS)[number]) => {
    const others = facets.filter((name) => name !== facet);
    setQuery({ facet: (others.length < facets.length ? others : [...facets, facet]).join(",") });
  };
  return (
    <>
      {FACETS.map((facet) => (
        <label class="toggle" key={facet}>
          <input type="checkbox" checked={facets.includes(facet)} onChange={() => toggle(facet)} />
          <span>
            {facet} {counts !== undefined && <small>{formatCount(counts[facet])}</small>}
          </span>
        </label>
      ))}
      {density !== undefined && (
        <button type="button" class="chip-button" key={renderRange(density)} onClick={() => setQuery({ density: "" })}>
          {`density ${formatDensity(density[0])} to ${formatDensity(density[1])}`}
          <span aria-hidden="true"> ✕</span>
          <span class="visually-hidden">, show all densities</span>
        </button>
      )}
    </>
  );
}
