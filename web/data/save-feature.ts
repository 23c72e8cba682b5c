import type { DictionaryAnnotations, Vocabulary } from "../../src/server/api.ts";
import { type DocumentContents, renderFeatureDocument } from "../../src/site/feature-document.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import { fetchBytes, fetchJson, fetchPart } from "./fetch-data.ts";
import { saveFile } from "./save-file.ts";
import { loadProfiles } from "./specificity-data.ts";

/** Hands a feature to the browser as one HTML file that opens without a server, as `monosem export-feature` writes it. */
export async function saveFeature({ summary, table }: DictionaryData, feature: number): Promise<void> {
  const { id, run, name } = summary;
  const [template, vocabulary, record, annotations, profiles] = await Promise.all([
    fetchPart("feature-document.html"),
    fetchJson<Vocabulary>(`/api/runs/${run}/vocabulary`),
    fetchBytes(`/api/d/${id}/features/${feature}`),
    fetchJson<DictionaryAnnotations>(`/api/d/${id}/annotations`).catch(() => undefined),
    summary.specificity == null ? [] : loadProfiles(id),
  ]);
  const contents: DocumentContents = {
    document: { title: `${run} · ${name}`, items: [{ dictionary: id, feature, note: "" }] },
    vocabulary,
    dictionaries: [{ summary, table, records: new Map([[feature, record]]), annotations, profiles }],
  };
  saveFile(`${id}-feature-${feature}`, "html", await renderFeatureDocument(template, contents, compress));
}

async function compress(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
