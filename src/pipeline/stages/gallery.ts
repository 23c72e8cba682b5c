import { describeGallery, type Gallery } from "../../analysis/gallery.ts";
import { writeJson } from "../../store/write-atomically.ts";
import { describeSource } from "../analysis-source.ts";
import { showGrids } from "../describe-matches.ts";
import type { RunEvent } from "../events.ts";
import { readGalleryProxies } from "../proxies.ts";
import { markAll, openProxySubject, search } from "../proxy-subject.ts";
import type { Stage, StageContext } from "../stage.ts";

/** The features that the paper's replication names, looked for in a dictionary. */
export const galleryStage: Stage = {
  name: "gallery",
  needs: ["tokenize", "train-model", "train-dictionary"],
  perDictionary: true,
  inputs: ({ experiment, proxies = readGalleryProxies() }) => ({
    proxies,
    tokens: experiment.analyses.tokens,
    site: experiment.dictionary.site,
  }),
  run: runGallery,
};

async function* runGallery(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const subject = openProxySubject("gallery", context, context.proxies ?? readGalleryProxies());
  const truths = yield* markAll(context, subject);
  const { specificity, profiles, grids } = yield* search(context, subject, truths);
  const gallery = describeGallery(specificity, showGrids(subject, grids, profiles));
  yield { kind: "note", stage: "gallery", sentence: summarise(gallery) };
  const file = context.paths.analysis("gallery", context.dictionaryName);
  writeJson(file, { ...(await describeSource(context, subject.dictionary, subject.text.stream)), ...gallery });
  return [file];
}

function summarise({ entries }: Gallery): string {
  const found = entries.filter(({ verdict }) => verdict === "found").map(({ title }) => title);
  return `found ${found.length} of ${entries.length} features that the replication names${found.length === 0 ? "" : `: ${found.join(", ")}`}`;
}
