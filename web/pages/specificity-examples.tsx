import type { SpecificityExamples } from "../../src/analysis/specificity.ts";
import type { Vocabulary } from "../../src/server/api.ts";
import { LoadState } from "../components/load-state.tsx";
import { ExampleGrid } from "../components/specificity/example-grid.tsx";
import { fetchJson } from "../data/fetch-data.ts";
import type { FoundProfile } from "../data/specificity-data.ts";
import { createTokenNames } from "../data/token-names.ts";
import { useResource } from "../data/use-resource.ts";
import { pageLocation, setQuery } from "../location-state.ts";

/** Random firings of a feature by level, asked for when someone opens them. */
export function SpecificityExamplesPart(props: {
  readonly dictionary: string;
  readonly run: string;
  readonly found: FoundProfile;
}) {
  const isOpen = pageLocation.value.query.get("grid") === "1";
  return (
    <section class="evidence" aria-labelledby="grid">
      <h3 id="grid">Random examples by level</h3>
      <p class="note">
        Ten firings of each tenth of the activations, drawn evenly from those on tokens of the proxy and from the
        others.{" "}
        <button
          type="button"
          class="link-button"
          aria-expanded={isOpen}
          onClick={() => setQuery({ grid: isOpen ? "" : "1" })}
        >
          {isOpen ? "Put them away" : "Show them"}
        </button>
      </p>
      {isOpen && <Drawn {...props} />}
    </section>
  );
}

function Drawn({ dictionary, run, found }: Parameters<typeof SpecificityExamplesPart>[0]) {
  const resource = useResource(dictionary, async (signal) => {
    const [examples, vocabulary] = await Promise.all([
      fetchJson<SpecificityExamples>(`/api/d/${dictionary}/analyses/specificity-examples`, signal),
      fetchJson<Vocabulary>(`/api/runs/${run}/vocabulary`, signal),
    ]);
    return { grids: examples.grids, names: createTokenNames(vocabulary) };
  });
  if (resource.value === undefined) return <LoadState resource={resource} what="the examples" />;
  const { grids, names } = resource.value;
  const { proxy, profile } = found;
  const grid = grids.find(({ proxy: name, feature }) => name === proxy.proxy && feature === profile.index);
  if (grid === undefined) {
    const drawn = grids.flatMap(({ proxy: name, feature }) => (name === proxy.proxy ? [feature] : []));
    return (
      <p class="pending">
        Examples are drawn for the features that were chosen for the proxy: {drawn.join(", ") || "there are none"}.
      </p>
    );
  }
  return <ExampleGrid grid={grid} proxy={proxy.title} names={names} />;
}
