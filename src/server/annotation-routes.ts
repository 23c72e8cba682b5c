import { namePack } from "../features/name-pack.ts";
import { type App, type RequestContext, sendJson } from "./answers.ts";
import type { DataOptions } from "./create-app.ts";
import { findDictionary, findPack, findRun, parseNumber } from "./find-served.ts";
import type { LabelClient } from "./label-client.ts";
import { readBody } from "./read-body.ts";
import { Refused } from "./refused.ts";

const LARGEST_ANNOTATION = 100_000;
const LARGEST_FILE = 1_000_000;

/** What is served, and the desk that keeps what people write about it. */
export interface LabelOptions extends DataOptions {
  readonly labels: LabelClient;
}

/** Labels, notes, ratings and lists, their export and import, and the search in them. */
export function addAnnotationRoutes(app: App, options: LabelOptions): void {
  const { catalogue, labels } = options;
  const labelsOf = (context: RequestContext) => findRun(context, catalogue).paths.labels;
  addFeatureRoutes(app, options);
  app.get("/api/runs/:run/lists", async (context) => {
    return sendJson(context, await labels.ask("lists", labelsOf(context)));
  });
  app.post("/api/runs/:run/lists", async (context) => {
    const path = labelsOf(context);
    return sendJson(context, await labels.ask("createList", path, await readBody(context, LARGEST_ANNOTATION)), 201);
  });
  app.put("/api/runs/:run/lists/:list", async (context) => {
    const [path, id] = [labelsOf(context), parseNumber(context.req.param("list"))];
    const list = await labels.ask("changeList", path, id, await readBody(context, LARGEST_FILE));
    if (list === null) throw noList();
    return sendJson(context, list);
  });
  app.delete("/api/runs/:run/lists/:list", async (context) => {
    const id = parseNumber(context.req.param("list"));
    if (await labels.ask("deleteList", labelsOf(context), id)) return sendJson(context, "{}");
    throw noList();
  });
  app.get("/api/runs/:run/annotations.json", async (context) => {
    return sendJson(context, await labels.ask("exportAll", labelsOf(context)));
  });
  app.post("/api/runs/:run/annotations.json", async (context) => {
    const path = labelsOf(context);
    return sendJson(context, await labels.ask("importAll", path, await readBody(context, LARGEST_FILE)));
  });
}

function addFeatureRoutes(app: App, options: LabelOptions): void {
  const { catalogue, packs, labels } = options;
  app.get("/api/d/:id/annotations", async (context) => {
    const dictionary = findDictionary(context, catalogue);
    const found = await packs.find(dictionary);
    const weights = found.kind === "open" ? found.pack.header.dictionarySha256 : "";
    return sendJson(context, await labels.ask("read", dictionary.run.paths.labels, dictionary.name, weights));
  });
  app.put("/api/d/:id/features/:n/annotation", async (context) => {
    const { name, run } = findDictionary(context, catalogue);
    const { features, dictionarySha256 } = (await findPack(context, options)).header;
    const feature = parseNumber(context.req.param("n"));
    if (feature < 0 || feature >= features) throw new Refused(404, `features are numbered 0 to ${features - 1}`);
    const of = { dictionary: name, feature, weights: dictionarySha256 };
    const body = await readBody(context, LARGEST_ANNOTATION);
    return sendJson(context, await labels.ask("change", run.paths.labels, of, body));
  });
  app.get("/api/d/:id/search", async (context) => {
    const { name, run } = findDictionary(context, catalogue);
    const pack = await findPack(context, options);
    const query = context.req.query("q") ?? "";
    const weights = pack.header.dictionarySha256;
    const searched = { labels: run.paths.labels, dictionary: name, pack: namePack(pack.header), weights };
    const answer = await labels.ask("search", searched, query);
    if (answer !== null) return sendJson(context, answer);
    await labels.ask("index", searched, pack.table(), run.paths.corpus.tokenizer);
    return sendJson(context, (await labels.ask("search", searched, query)) ?? '{"features":[]}');
  });
}

function noList(): Refused {
  return new Refused(404, "there is no such list in this run");
}
