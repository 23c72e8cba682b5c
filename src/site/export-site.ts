import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { UserError } from "../numerics/user-error.ts";
import { Interrupted } from "../pipeline/stage.ts";
import { fitsPage } from "../server/fits-page.ts";
import type { WebAssets } from "../server/web-assets.ts";
import { createSiteWriter, type SiteWriter } from "../store/site-folder.ts";
import { splitPlanes } from "./byte-planes.ts";
import { type CopiedRun, openCopiedRun } from "./open-copied-run.ts";
import { chooseRecordsPerFile, packRecords } from "./pack-records.ts";
import { renderSitePage } from "./render-page.ts";
import { listSiteAddresses, type SiteAddress, type SiteAnswers } from "./site-answers.ts";
import {
  nameAnswerFile,
  nameRecordFile,
  type RecordFiles,
  SITE_FORMAT,
  type SiteIndex,
  type StoredAnswer,
} from "./site-index.ts";

/** What to copy, and where to. */
export interface SiteRequest {
  readonly run: string;
  readonly out: string;
  /** Names; none for all that have feature pages. */
  readonly dictionaries: readonly string[];
  /** Whether the model and the dictionaries' weights go along, so that the page can compute on a text. */
  readonly withModel: boolean;
  /** The built page. */
  readonly assets: WebAssets;
}

/** What happens while a static copy is written. */
export type SiteEvent =
  | { readonly kind: "warning"; readonly sentence: string }
  | { readonly kind: "progress"; readonly done: number; readonly total: number; readonly unit: "features" }
  | {
      readonly kind: "site-finished";
      readonly out: string;
      readonly files: number;
      readonly bytes: number;
      readonly dictionaries: readonly string[];
      /** The largest file of features: what a feature's page asks for. */
      readonly largestFeatureFile: number;
    };

const BEST = { level: 9 };
const TOO_LARGE =
  "the model and its dictionary weigh more than the 200 MB that a page can compute with: the copy is made without them, to be browsed and searched";

/**
 * Writes a run as a folder of files that any web host can serve. Nothing is seen of it before it is whole; an abort throws
 * `Interrupted` and leaves nothing behind. Throws a `UserError` where the run has nothing to show or `out` has other contents.
 */
export async function* exportSite(request: SiteRequest, signal: AbortSignal): AsyncGenerator<SiteEvent> {
  if (request.assets.get("/index.html") === undefined)
    throw new UserError("the page has not been built: run npm run build, then the same command again");
  const copied = await openCopiedRun(request.run, request.dictionaries);
  try {
    const writer = createSiteWriter(request.out);
    try {
      yield* writeSite(request, copied, writer, signal);
    } finally {
      writer.discard();
    }
  } finally {
    await copied.close();
  }
}

async function* writeSite(
  { out, withModel, assets }: SiteRequest,
  { run, catalogue, createAnswers, openPack }: CopiedRun,
  writer: SiteWriter,
  signal: AbortSignal,
): AsyncGenerator<SiteEvent> {
  const names = catalogue.listDictionaries().map(({ name }) => name);
  const isLarge = withModel && !fitsPage(run.paths, names);
  const copiesModel = withModel && !isLarge;
  if (isLarge) yield { kind: "warning", sentence: TOO_LARGE };
  const canCompute = copiesModel && existsSync(run.paths.model.weights);
  const answers = createAnswers({ writable: false, live: canCompute ? "page" : "none" });
  const stored: Record<string, StoredAnswer> = {};
  for (const address of listSiteAddresses(catalogue, run, copiesModel)) {
    const answer = await writeAnswer(writer, answers, address);
    if (answer !== undefined) stored[address.address] = answer;
    throwIfAborted(signal, out);
  }
  const records: Record<string, RecordFiles> = {};
  const opened = await Promise.all(
    catalogue.listDictionaries().map(async (dictionary) => ({ id: dictionary.id, pack: await openPack(dictionary) })),
  );
  const total = opened.reduce((sum, { pack }) => sum + pack.header.features, 0);
  let [before, largestFeatureFile] = [0, 0];
  for (const { id, pack } of opened) {
    const perFile = await chooseRecordsPerFile(pack);
    for await (const { file, bytes, features } of packRecords(pack, perFile)) {
      writer.add(nameRecordFile(id, file), bytes);
      largestFeatureFile = Math.max(largestFeatureFile, bytes.byteLength);
      yield { kind: "progress", done: before + features, total, unit: "features" };
      throwIfAborted(signal, out);
    }
    records[id] = { features: pack.header.features, perFile };
    before += pack.header.features;
  }
  const manifest = writer.publish((folder) => renderSitePage(assets, { ...INDEX, folder, answers: stored, records }));
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const files = manifest.files.length + 1;
  yield { kind: "site-finished", out, files, bytes, dictionaries: names, largestFeatureFile };
}

const INDEX: Pick<SiteIndex, "format"> = { format: SITE_FORMAT };

async function writeAnswer(
  writer: SiteWriter,
  answers: SiteAnswers,
  address: SiteAddress,
): Promise<StoredAnswer | undefined> {
  const answer = await answers.read(address);
  if (answer === undefined) return undefined;
  const planes = address.kind === "numbers" ? 4 : 1;
  const bytes = await promisify(gzip)(planes === 1 ? answer : splitPlanes(answer, planes), BEST);
  writer.add(nameAnswerFile(address.address), bytes);
  return { bytes: bytes.byteLength, planes };
}

function throwIfAborted(signal: AbortSignal, out: string): void {
  if (signal.aborted) throw new Interrupted(`stopped; nothing of ${out} was changed: the same command makes it anew`);
}
