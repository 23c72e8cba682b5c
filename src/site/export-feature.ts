import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { parseFeatureTable } from "../features/feature-table.ts";
import { UserError } from "../numerics/user-error.ts";
import type { DictionaryAnnotations, DictionaryDetails, Vocabulary } from "../server/api.ts";
import { createFeaturePacks, type FeaturePacks } from "../server/feature-packs.ts";
import type { RunCatalogue, ServedDictionary } from "../server/run-catalogue.ts";
import type { WebAssets } from "../server/web-assets.ts";
import { writeAtomically } from "../store/write-atomically.ts";
import { chooseDictionaries, demandPack } from "./choose-dictionaries.ts";
import { type DocumentDictionary, type DocumentItem, renderFeatureDocument } from "./feature-document.ts";
import { createSiteAnswers, type SiteAnswers } from "./site-answers.ts";

/** What to show, and in which file. */
export interface FeatureRequest {
  readonly run: string;
  readonly dictionary: string;
  readonly features: readonly number[];
  readonly out: string;
  /** The built page. */
  readonly assets: WebAssets;
}

/** A file that was written. */
export interface FeatureFile {
  readonly out: string;
  readonly bytes: number;
  readonly features: readonly number[];
}

const TEMPLATE = "/feature-document.html";
const BEST = { level: 9 };
const SESSION = { writable: false, live: "none" } as const;
const GENERATOR = '<meta name="generator" content="monosem" />';
const HEAD_BYTES = 2048;

/**
 * Writes features as one HTML file that opens without a server and asks for nothing. Throws a `UserError` where a feature is not
 * there, or `out` is a file of another kind.
 */
export async function exportFeature(request: FeatureRequest): Promise<FeatureFile> {
  const template = request.assets.get(TEMPLATE);
  if (template === undefined)
    throw new UserError("the page has not been built: run npm run build, then the same command again");
  refuseOtherFile(request.out);
  const packs = createFeaturePacks();
  try {
    const catalogue = await chooseDictionaries(request.run, [request.dictionary], packs);
    const page = await render(new TextDecoder().decode(template.body), request, catalogue, packs);
    writeAtomically(request.out, page);
    return { out: request.out, bytes: Buffer.byteLength(page), features: request.features };
  } finally {
    packs.close();
  }
}

async function render(
  template: string,
  { features }: FeatureRequest,
  catalogue: RunCatalogue,
  packs: FeaturePacks,
): Promise<string> {
  const run = catalogue.runs[0]!;
  const dictionary = catalogue.listDictionaries()[0]!;
  const { signal } = new AbortController();
  const answers = createSiteAnswers({ catalogue, packs, signal }, run, SESSION);
  const items = features.map((feature): DocumentItem => ({ dictionary: dictionary.id, feature, note: "" }));
  const contents = {
    document: { title: `${run.name} · ${dictionary.name}`, items },
    vocabulary: await readAnswer<Vocabulary>(answers, `/api/runs/${run.id}/vocabulary`),
    dictionaries: [await collect(dictionary, features, answers, packs)],
  };
  return renderFeatureDocument(template, contents, (bytes) => promisify(gzip)(bytes, BEST));
}

async function collect(
  dictionary: ServedDictionary,
  features: readonly number[],
  answers: SiteAnswers,
  packs: FeaturePacks,
): Promise<DocumentDictionary> {
  const pack = await demandPack(packs, dictionary);
  for (const feature of features)
    if (feature >= pack.header.features)
      throw new UserError(
        `dictionary ${dictionary.name} has no feature ${feature}: they are numbered 0 to ${pack.header.features - 1}`,
        2,
      );
  const details = await readAnswer<DictionaryDetails>(answers, `/api/d/${dictionary.id}`, "described");
  return {
    summary: { ...details, concepts: null } as DictionaryDetails,
    table: parseFeatureTable(pack.table()),
    records: new Map(features.map((feature) => [feature, pack.record(feature)])),
    annotations: await readIfThere<DictionaryAnnotations>(answers, `/api/d/${dictionary.id}/annotations`),
  };
}

async function readAnswer<T>(answers: SiteAnswers, address: string, kind?: "described"): Promise<T> {
  const value = await readIfThere<T>(answers, address, kind);
  if (value === undefined) throw new UserError(`the run has nothing at ${address}: is it whole?`);
  return value;
}

async function readIfThere<T>(
  answers: SiteAnswers,
  address: string,
  kind: "described" | "other" = "other",
): Promise<T | undefined> {
  const bytes = await answers.read({ address, kind });
  return bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as T);
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
