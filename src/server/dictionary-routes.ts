import { ANALYSIS_FILES, ANALYSIS_PARTS } from "../analysis/analyses.ts";
import { NEURONS } from "../pipeline/dictionary-files.ts";
import { type App, sendBytes, sendFile } from "./answers.ts";
import type { DataOptions } from "./create-app.ts";
import { detailDictionary } from "./describe-run.ts";
import { findDictionary, findPack, parseNumber } from "./find-served.ts";
import { addInterpretationRoutes } from "./interpretation-routes.ts";
import { comparisonPath, nameComparison } from "./list-comparisons.ts";
import { Refused } from "./refused.ts";

/** What is known about dictionaries: details, the table and the records of their features, and their weights. */
export function addDictionaryRoutes(app: App, options: DataOptions): void {
  const { catalogue, packs } = options;
  addInterpretationRoutes(app, options);
  app.get("/api/d/:id", async (context) => {
    return context.json(await detailDictionary(catalogue, packs, findDictionary(context, catalogue)));
  });
  app.get("/api/compare/:left/:right", (context) => {
    const [left, right] = [findDictionary(context, catalogue, "left"), findDictionary(context, catalogue, "right")];
    const missing = `${left.id} and ${right.id} have not been compared: run ${nameComparison(left, right)}`;
    return sendFile(context, comparisonPath(left, right), "application/json", missing);
  });
  app.get("/api/d/:id/analyses/:name", (context) => {
    const { name, run } = findDictionary(context, catalogue);
    const file = ANALYSIS_FILES.find((known) => known === context.req.param("name"));
    if (file === undefined) throw new Refused(404, `there is no such analysis: there is ${ANALYSIS_FILES.join(", ")}`);
    const analysis = file in ANALYSIS_PARTS ? ANALYSIS_PARTS[file as keyof typeof ANALYSIS_PARTS] : file;
    const missing = `${analysis} has not been computed: run monosem analyse ${analysis} --run ${run.paths.root} --dictionary ${name}`;
    return sendFile(context, run.paths.analysis(file, name), "application/json", missing);
  });
  app.get("/api/d/:id/weights", (context) => {
    const { name, paths } = findDictionary(context, catalogue);
    if (name === NEURONS) throw new Refused(404, "neurons have no weights: feature i is neuron i itself");
    return sendFile(context, paths.weights, "application/octet-stream", "the dictionary has not been learned yet");
  });
  app.get("/api/d/:id/pack", async (context) => context.json((await findPack(context, options)).header));
  app.get("/api/d/:id/table", async (context) => {
    const pack = await findPack(context, options);
    return sendBytes(context, pack.table(), context.req.query("pack") !== undefined);
  });
  app.get("/api/d/:id/features/:n", async (context) => {
    const pack = await findPack(context, options);
    const feature = parseNumber(context.req.param("n"));
    const { features } = pack.header;
    if (feature >= 0 && feature < features) {
      const record = pack.record(feature);
      return sendBytes(context, record, context.req.query("pack") !== undefined);
    }
    const text = context.req.param("n").slice(0, 20);
    throw new Refused(404, `there is no feature ${text}: they are numbered 0 to ${features - 1}`);
  });
}
