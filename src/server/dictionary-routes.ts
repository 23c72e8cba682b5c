import { NEURONS } from "../pipeline/dictionary-files.ts";
import type { FeaturePack } from "../store/feature-pack.ts";
import { type App, type RequestContext, refuse, sendBytes, sendFile } from "./answers.ts";
import type { AppOptions } from "./create-app.ts";
import { detailDictionary } from "./describe-run.ts";
import type { ServedDictionary } from "./run-catalogue.ts";

/** What is known about dictionaries: details, the table and the records of their features, and their weights. */
export function addDictionaryRoutes(app: App, { catalogue, packs }: AppOptions): void {
  const withDictionary =
    (answer: (context: RequestContext, dictionary: ServedDictionary) => Response | Promise<Response>) =>
    (context: RequestContext): Response | Promise<Response> => {
      const dictionary = catalogue.findDictionary(context.req.param("id") ?? "");
      if (dictionary !== undefined) return answer(context, dictionary);
      return refuse(context, "no dictionary of that name is served here");
    };
  const withPack = (answer: (context: RequestContext, pack: FeaturePack) => Response) =>
    withDictionary((context, dictionary) => {
      const found = packs.find(dictionary);
      if (found.kind === "open") return answer(context, found.pack);
      if (found.kind === "damaged") return context.json({ error: found.problem }, 500);
      return refuse(context, "features of this dictionary cannot be looked at yet");
    });
  app.get(
    "/api/d/:id",
    withDictionary(async (context, dictionary) => context.json(await detailDictionary(packs, dictionary))),
  );
  app.get("/api/d/:id/weights", withDictionary(sendWeights));
  app.get(
    "/api/d/:id/pack",
    withPack((context, pack) => context.json(pack.header)),
  );
  app.get(
    "/api/d/:id/table",
    withPack((context, pack) => sendBytes(context, pack.table())),
  );
  app.get("/api/d/:id/features/:n", withPack(sendRecord));
}

function sendWeights(context: RequestContext, { name, paths }: ServedDictionary): Response | Promise<Response> {
  if (name === NEURONS) return refuse(context, "neurons have no weights: feature i is neuron i itself");
  const missing = "the dictionary has not been learned yet";
  return sendFile(context, paths.weights, "application/octet-stream", missing);
}

function sendRecord(context: RequestContext, pack: FeaturePack): Response {
  const text = context.req.param("n") ?? "";
  const feature = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (feature >= 0 && feature < pack.header.features) return sendBytes(context, pack.record(feature));
  return refuse(
    context,
    `there is no feature ${text.slice(0, 20)}: they are numbered 0 to ${pack.header.features - 1}`,
  );
}
