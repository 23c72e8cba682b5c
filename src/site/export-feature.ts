import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { ProxyProfiles, SpecificityProfiles } from "../analysis/specificity.ts";
import { parseFeatureTable } from "../features/feature-table.ts";
import { UserError } from "../numerics/user-error.ts";
import { Interrupted } from "../pipeline/stage.ts";
import type { DictionaryAnnotations, DictionaryDetails, FeatureLists, Vocabulary } from "../server/api.ts";
import type { ServedDictionary } from "../server/run-catalogue.ts";
import type { WebAssets } from "../server/web-assets.ts";
import type { FeaturePack } from "../store/feature-pack.ts";
import { removeAbandonedWrites, writeAtomically } from "../store/write-atomically.ts";
import {
  type DocumentDictionary,
  type DocumentItem,
  type FeatureDocument,
  renderFeatureDocument,
} from "./feature-document.ts";
import { type CopiedRun, openCopiedRun } from "./open-copied-run.ts";
import type { SiteAnswers } from "./site-answers.ts";

/** What to show, and in which file. */
export interface FeatureRequest {
  readonly run: string;
  readonly chosen: ChosenFeatures;
  readonly out: string;
  /** The built page. */
  readonly assets: WebAssets;
}

/** Features of one dictionary, or those of one of the run's lists with their notes. */
export type ChosenFeatures =
  | { readonly kind: "features"; readonly dictionary: string; readonly features: readonly number[] }
  | { readonly kind: "list"; readonly list: number };

/** A file that was written. */
export interface FeatureFile {
  readonly out: string;
  readonly bytes: number;
  readonly features: readonly { readonly dictionary: string; readonly feature: number }[];
}

const TEMPLATE = "/feature-document.html";
const BEST = { level: 9 };
const GENERATOR = '<meta name="generator" content="monosem" />';
const HEAD_BYTES = 2048;

/**
 * Writes features as one HTML file that opens without a server and asks for nothing. Throws a `UserError` where a feature is not
 * there, or `out` is a file of another kind; an abort throws `Interrupted` and leaves nothing behind.
 */
export async function exportFeature(request: FeatureRequest, signal: AbortSignal): Promise<FeatureFile> {
  const template = request.assets.get(TEMPLATE);
  if (template === undefined)
    throw new UserError("the page has not been built: run npm run build, then the same command again");
  refuseOtherFile(request.out);
  const { run, chosen, out } = request;
  removeAbandonedWrites(dirname(resolve(out)));
  const copied = await openCopiedRun(run, chosen.kind === "features" ? [chosen.dictionary] : []);
  try {
    const answers = copied.createAnswers({ writable: false, live: "none" });
    const document = await chooseDocument(chosen, copied, answers);
    const contents = {
      document,
      vocabulary: await readAnswer<Vocabulary>(answers, `/api/runs/${copied.run.id}/vocabulary`),
      dictionaries: await collectDictionaries(document.items, copied, answers),
    };
    const compress = (bytes: Uint8Array) => promisify(gzip)(bytes, BEST);
    const page = await renderFeatureDocument(new TextDecoder().decode(template.body), contents, compress);
    if (signal.aborted) throw new Interrupted(`stopped; nothing of ${out} was changed: the same command makes it anew`);
    writeAtomically(out, page);
    const features = document.items.map(({ dictionary, feature }) => ({ dictionary, feature }));
    return { out, bytes: Buffer.byteLength(page), features };
  } finally {
    await copied.close();
  }
}

async function chooseDocument(
  chosen: ChosenFeatures,
  { run, catalogue }: CopiedRun,
  answers: SiteAnswers,
): Promise<FeatureDocument> {
  const dictionaries = catalogue.listDictionaries();
  const item = (name: string, feature: number, note: string): DocumentItem => ({
    dictionary: dictionaries.find((dictionary) => dictionary.name === name)!.id,
    feature,
    note,
  });
  if (chosen.kind === "features") {
    const items = chosen.features.map((feature) => item(chosen.dictionary, feature, ""));
    return { title: `${run.name} · ${chosen.dictionary}`, items };
  }
  const { lists } = await readAnswer<FeatureLists>(answers, `/api/runs/${run.id}/lists`);
  const list = lists.find(({ id }) => id === chosen.list);
  if (list === undefined) throw new UserError(`${run.name} has no list ${chosen.list}: ${describeLists(lists)}`, 2);
  if (list.items.length === 0)
    throw new UserError(`list ${list.id} (${list.title}) of ${run.name} holds no feature that can be looked at`, 2);
  return {
    title: list.title,
    items: list.items.map(({ dictionary, feature, note }) => item(dictionary, feature, note)),
  };
}

function describeLists(lists: FeatureLists["lists"]): string {
  return lists.length === 0 ? "it has none" : `it has ${lists.map(({ id, title }) => `${id} (${title})`).join(", ")}`;
}

async function collectDictionaries(
  items: readonly DocumentItem[],
  copied: CopiedRun,
  answers: SiteAnswers,
): Promise<DocumentDictionary[]> {
  const byDictionary = Map.groupBy(items, ({ dictionary }) => dictionary);
  const dictionaries = copied.catalogue.listDictionaries().filter(({ id }) => byDictionary.has(id));
  return Promise.all(
    dictionaries.map(async (dictionary) => {
      const features = byDictionary.get(dictionary.id)!.map(({ feature }) => feature);
      return collect(dictionary, features, answers, await copied.openPack(dictionary));
    }),
  );
}

async function collect(
  dictionary: ServedDictionary,
  features: readonly number[],
  answers: SiteAnswers,
  pack: FeaturePack,
): Promise<DocumentDictionary> {
  const absent = features.find((feature) => feature >= pack.header.features);
  if (absent !== undefined)
    throw new UserError(
      `dictionary ${dictionary.name} has no feature ${absent}: they are numbered 0 to ${pack.header.features - 1}`,
      2,
    );
  const details = await readAnswer<DictionaryDetails>(answers, `/api/d/${dictionary.id}`, "described");
  const summary: DictionaryDetails = { ...details, specificity: null, analyses: [] };
  return {
    summary,
    table: parseFeatureTable(pack.table()),
    records: new Map(features.map((feature) => [feature, pack.record(feature)])),
    annotations: await readAnswer<DictionaryAnnotations>(answers, `/api/d/${dictionary.id}/annotations`),
    profiles: details.specificity === null ? [] : await readProfiles(answers, dictionary.id),
  };
}

async function readProfiles(answers: SiteAnswers, dictionary: string): Promise<readonly ProxyProfiles[]> {
  const address = `/api/d/${dictionary}/analyses/specificity-profiles`;
  return (await readAnswer<SpecificityProfiles>(answers, address)).profiles;
}

async function readAnswer<T>(answers: SiteAnswers, address: string, kind: "described" | "other" = "other"): Promise<T> {
  const bytes = await answers.read({ address, kind });
  if (bytes === undefined) throw new UserError(`the run has nothing at ${address}: is it whole?`);
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}

/** A file that this command did not write is not replaced. */
function refuseOtherFile(out: string): void {
  if (!existsSync(out) || statSync(out).size === 0) return;
  if (statSync(out).isDirectory())
    throw new UserError(`${out} is a folder: name a file with --out, such as feature.html`, 2);
  const head = Buffer.alloc(HEAD_BYTES);
  const file = openSync(out, "r");
  try {
    readSync(file, head, 0, HEAD_BYTES, 0);
  } finally {
    closeSync(file);
  }
  if (!head.includes(GENERATOR))
    throw new UserError(`${out} is there already and no file of this command: name another with --out`, 2);
}
