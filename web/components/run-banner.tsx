import type { DictionarySummary, RunDetails, RunState } from "../../src/server/api.ts";
import { formatCount } from "../text/format-number.ts";

/** What can be looked at by now, here or in another run that is served. */
export function RunBanner(props: { readonly run: RunDetails; readonly elsewhere: DictionarySummary | undefined }) {
  const { run, elsewhere } = props;
  const own = run.dictionaries.find(({ name, pack }) => name === "main" && pack !== null);
  if (own !== undefined)
    return <Banner dictionary={own} sentence={describeOwn(own, run.state, elsewhere?.pack?.features ?? 0)} />;
  if (elsewhere === undefined) return null;
  return (
    <Banner
      dictionary={elsewhere}
      sentence={`The features of ${elsewhere.run} are ready, while this one is still learning.`}
    />
  );
}

function Banner({ dictionary, sentence }: { readonly dictionary: DictionarySummary; readonly sentence: string }) {
  return (
    <div class="banner" role="status">
      <span>{sentence}</span>
      <a class="button primary" href={`/d/${dictionary.id}/f`}>
        Look at the features
      </a>
    </div>
  );
}

function describeOwn({ pack, id }: DictionarySummary, state: RunState, featuresElsewhere: number): string {
  const features = pack?.features ?? 0;
  if (pack?.partial === true)
    return "A first look: features of the dictionary as it is at a checkpoint. It is still learning.";
  if (state === "running") return `${formatCount(features)} features of the finished dictionary ${id} are ready.`;
  const better = featuresElsewhere > 0 && featuresElsewhere < features ? "The better dictionary" : "The dictionary";
  return `${better} is ready: ${formatCount(features)} features of ${id}.`;
}
