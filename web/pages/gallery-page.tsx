import type { Gallery, GalleryVerdict } from "../../src/analysis/gallery.ts";
import type { DictionaryDetails, Vocabulary } from "../../src/server/api.ts";
import { CopyLine } from "../components/copy-line.tsx";
import { LoadState } from "../components/load-state.tsx";
import { GalleryEntries } from "../components/specificity/gallery-entries.tsx";
import { fetchJson } from "../data/fetch-data.ts";
import { createTokenNames } from "../data/token-names.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { formatCount } from "../text/format-number.ts";

/** The outcomes, the best first, with what each means. */
const VERDICTS: readonly (readonly [GalleryVerdict, string, string])[] = [
  ["found", "Found", "One feature predicts it: F1 of .5 or more."],
  ["partly", "Shared by several", "A feature fires on little else, but on a part of it: share positive of .5 or more."],
  ["not-found", "Not found", "The text has it, and no feature is specific to it; the nearest is named."],
  [
    "no-text",
    "Not in the text",
    "The held-out text has no such token, or only one half of it has: nothing can be said.",
  ],
];

/** The features that the paper's replication names, as far as this dictionary has them. */
export function GalleryPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`The replication's features in ${dictionary}`);
  const resource = useResource(dictionary, async (signal) => {
    const details = await fetchJson<DictionaryDetails>(`/api/d/${dictionary}`, signal);
    if (!details.analyses.includes("gallery")) return { details };
    const [gallery, vocabulary] = await Promise.all([
      fetchJson<Gallery>(`/api/d/${dictionary}/analyses/gallery`, signal),
      fetchJson<Vocabulary>(`/api/runs/${details.run}/vocabulary`, signal),
    ]);
    return { details, found: { gallery, names: createTokenNames(vocabulary) } };
  });
  const { details, found } = resource.value ?? {};
  return (
    <>
      <div class="page-head">
        <h1>The replication's named features</h1>
        <p class="note">
          The open replication of the paper names features it found. Each is a rule here that decides token by token,
          and the feature that predicts it best.
        </p>
      </div>
      <LoadState resource={resource} what="the gallery" />
      {details !== undefined && found === undefined && (
        <section class="section card">
          <p class="note">Not looked for yet in this dictionary:</p>
          <CopyLine what="Command" text={`monosem analyse gallery --run ${details.run} --dictionary ${details.name}`} />
        </section>
      )}
      {found !== undefined &&
        VERDICTS.map(([verdict, title, meaning]) => (
          <GalleryEntries
            key={verdict}
            title={title}
            meaning={meaning}
            entries={found.gallery.entries.filter((entry) => entry.verdict === verdict)}
            names={found.names}
            address={(feature) => `/d/${dictionary}/f/${feature}`}
          />
        ))}
      {found !== undefined && (
        <p class="section note">
          Chosen on one half of the held-out text, judged on the other ({formatCount(found.gallery.judgedTokens)}{" "}
          tokens), with 95 % intervals; a feature counts as firing above the best of its thresholds. Share positive:
          which share of the tokens it fires on belong to the rule. Examples are random firings from the highest level
          that has one.
        </p>
      )}
    </>
  );
}
