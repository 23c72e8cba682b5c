import { Hono } from "hono";
import { ANALYSIS_FILES } from "../analysis/analyses.ts";
import { UserError } from "../numerics/user-error.ts";
import { listExplainedFeatures } from "../pipeline/interpret/list-interpretations.ts";
import { addAnnotationRoutes, type LabelOptions } from "../server/annotation-routes.ts";
import { type App, sendError } from "../server/answers.ts";
import type { FeatureLists, RunStreamEvent, Session } from "../server/api.ts";
import { addDictionaryRoutes } from "../server/dictionary-routes.ts";
import { followRun } from "../server/follow-run.ts";
import type { ServerEnvironment } from "../server/guards.ts";
import { listComparisons } from "../server/list-comparisons.ts";
import type { RunCatalogue, ServedRun } from "../server/run-catalogue.ts";
import { addRunRoutes } from "../server/run-routes.ts";
import { hidePaths } from "./hide-paths.ts";

/** An address of the server, and how its answer becomes a file. */
export interface SiteAddress {
  readonly address: string;
  /** `described`: JSON about a run of this machine. `numbers`: mostly float32. */
  readonly kind: "described" | "numbers" | "other";
}

/** The server's answers to a static copy's addresses, made by the server's own routes. */
export interface SiteAnswers {
  /** Undefined where the run has no such thing. */
  readonly read: (address: SiteAddress) => Promise<Uint8Array | undefined>;
}

/** Answers about one run, through the routes that `monosem serve` answers by; `session` is what the copy can do. */
export function createSiteAnswers(options: LabelOptions, run: ServedRun, session: Session): SiteAnswers {
  const app: App = new Hono<ServerEnvironment>();
  addRunRoutes(app, options);
  addDictionaryRoutes(app, options);
  addAnnotationRoutes(app, options);
  app.get("/api/session", (context) => context.json(session));
  app.onError((error, context) => sendError(context, error));
  return {
    read: async ({ address, kind }) => {
      if (address === eventsAddress(run)) return encode(await readHistory(options.catalogue, run));
      const answer = await app.request(address);
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new UserError(`${run.name}: ${((await answer.json()) as { error: string }).error}`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (address === listsAddress(run)) return encode(keepLists(bytes, options.catalogue));
      return kind === "described" ? describe(bytes, run) : bytes;
    },
  };
}

/** What a static copy of a run holds apart from the records of features. */
export function listSiteAddresses(catalogue: RunCatalogue, run: ServedRun, withModel: boolean): SiteAddress[] {
  const described = (address: string) => ({ address, kind: "described" }) as const;
  const numbers = (address: string) => ({ address, kind: "numbers" }) as const;
  const other = (address: string) => ({ address, kind: "other" }) as const;
  const base = `/api/runs/${run.id}`;
  const dictionaries = catalogue.listDictionaries().map(({ id }) => `/api/d/${id}`);
  const model = [other(`${base}/model-config`), numbers(`${base}/model`)];
  return [
    other("/api/session"),
    described("/api/runs"),
    described(base),
    other(eventsAddress(run)),
    ...["vocabulary", "tokenizer", "lists"].map((name) => other(`${base}/${name}`)),
    ...dictionaries.flatMap((address) => [
      described(address),
      other(`${address}/pack`),
      numbers(`${address}/table`),
      other(`${address}/annotations`),
      other(`${address}/interpretations`),
      ...ANALYSIS_FILES.map((name) => other(`${address}/analyses/${name}`)),
    ]),
    ...catalogue
      .listDictionaries()
      .flatMap(({ id, name }) =>
        listExplainedFeatures(run.paths.root, name).map((feature) => other(`/api/d/${id}/features/${feature}/scored`)),
      ),
    ...catalogue.listDictionaries().flatMap((dictionary) =>
      listComparisons(catalogue, dictionary)
        .filter(({ left }) => left === dictionary.id)
        .map(({ left, right }) => other(`/api/compare/${left}/${right}`)),
    ),
    ...(withModel ? [...model, ...dictionaries.map((address) => numbers(`${address}/weights`))] : []),
  ];
}

function listsAddress(run: ServedRun): string {
  return `/api/runs/${run.id}/lists`;
}

/** Lists without the features of dictionaries that the copy leaves out. */
function keepLists(bytes: Uint8Array, catalogue: RunCatalogue): FeatureLists {
  const names = new Set(catalogue.listDictionaries().map(({ name }) => name));
  const { lists } = JSON.parse(new TextDecoder().decode(bytes)) as FeatureLists;
  return { lists: lists.map((list) => ({ ...list, items: list.items.filter((item) => names.has(item.dictionary)) })) };
}

function eventsAddress(run: ServedRun): string {
  return `/api/runs/${run.id}/events`;
}

/** What the stream of a run tells at first: its logs so far, as far as the dictionaries of the copy go, and its progress. */
async function readHistory(catalogue: RunCatalogue, run: ServedRun): Promise<RunStreamEvent[]> {
  const names = new Set(catalogue.listDictionaries().map(({ name }) => name));
  const stopped = new AbortController();
  const history: RunStreamEvent[] = [];
  for await (const event of followRun(run, stopped.signal)) {
    if (event.kind === "progress") break;
    if (event.kind !== "log" || event.source.kind === "model" || names.has(event.source.name)) history.push(event);
  }
  stopped.abort();
  return history;
}

function describe(bytes: Uint8Array, run: ServedRun): Uint8Array {
  return new TextEncoder().encode(hidePaths(new TextDecoder().decode(bytes), run.paths.root, run.name));
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
