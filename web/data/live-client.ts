import type { LiveEvent } from "../../src/live/live-event.ts";
import type { LiveRequest } from "../../src/live/live-request.ts";
import type { DictionarySummary, Session } from "../../src/server/api.ts";
import type { WorkerFiles } from "../live-messages.ts";
import { fetchBytes, fetchJson, streamLines } from "./fetch-data.ts";
import { createLiveWorker, type LiveWorker } from "./live-worker-client.ts";

let session: Promise<Session> | undefined;
const workers = new Map<string, Promise<LiveWorker>>();

/**
 * Answers a request about a dictionary and its model, event by event: in a worker of this page, or by the server where the models
 * are too large for that. Requests are answered side by side; each ends, throwing, where its `signal` says so.
 */
export async function* askLive(
  dictionary: DictionarySummary,
  request: LiveRequest,
  signal: AbortSignal,
): AsyncGenerator<LiveEvent> {
  session ??= fetchJson<Session>("/api/session");
  session.catch(() => {
    session = undefined;
  });
  const { live } = await session;
  signal.throwIfAborted();
  if (live === "none") throw new Error("This copy was made without its model: it cannot compute on a text.");
  if (live === "server") {
    yield* streamLines<LiveEvent>(`/api/d/${dictionary.id}/live`, request, signal);
    return;
  }
  const worker = await openWorker(dictionary);
  signal.throwIfAborted();
  yield* worker.ask(request, signal);
}

/** The dictionary's worker; those of other dictionaries end when they have nothing to do. */
function openWorker(dictionary: DictionarySummary): Promise<LiveWorker> {
  const key = `${dictionary.id} ${dictionary.pack?.dictionarySha256}`;
  const known = workers.get(key);
  if (known !== undefined) return known;
  for (const [other, worker] of workers) void endIdle(other, worker);
  const opened = loadFiles(dictionary).then(createLiveWorker);
  workers.set(key, opened);
  opened.catch(() => workers.delete(key));
  return opened;
}

async function endIdle(key: string, opened: Promise<LiveWorker>): Promise<void> {
  const worker = await opened.catch(() => undefined);
  if (worker?.end() === true) workers.delete(key);
}

async function loadFiles({ id, run, name, pack, config }: DictionarySummary): Promise<WorkerFiles> {
  const [modelConfig, model, tokenizer, dictionary] = await Promise.all([
    fetchJson<Record<string, unknown>>(`/api/runs/${run}/model-config`),
    fetchBytes(`/api/runs/${run}/model`),
    fetchJson<unknown>(`/api/runs/${run}/tokenizer`),
    name === "neurons" ? ("neurons" as const) : fetchBytes(`/api/d/${id}/weights`),
  ]);
  const site = pack?.site ?? config?.site;
  if (site === undefined) throw new Error("Where in the model this dictionary reads is not known yet.");
  const { layerNormScale = null, unusedTokens = [] } = pack ?? {};
  return { modelConfig, model, tokenizer, dictionary, site, layerNormScale, unusedTokens };
}
