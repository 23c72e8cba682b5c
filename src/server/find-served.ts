import { namePack } from "../features/name-pack.ts";
import type { FeaturePack } from "../store/feature-pack.ts";
import type { RequestContext } from "./answers.ts";
import type { FeaturePacks } from "./feature-packs.ts";
import { Refused } from "./refused.ts";
import type { RunCatalogue, ServedDictionary, ServedRun } from "./run-catalogue.ts";

/** The run that an address names, or a refusal. */
export function findRun(context: RequestContext, catalogue: RunCatalogue): ServedRun {
  const run = catalogue.findRun(context.req.param("run") ?? "");
  if (run !== undefined) return run;
  const names = catalogue.runs.map(({ id }) => id).join(", ") || "none";
  throw new Refused(404, `no run of that name is served here; there is ${names}`);
}

/** The dictionary that an address names in its part `name`, or a refusal. */
export function findDictionary(context: RequestContext, catalogue: RunCatalogue, name = "id"): ServedDictionary {
  const dictionary = catalogue.findDictionary(context.req.param(name) ?? "");
  if (dictionary !== undefined) return dictionary;
  throw new Refused(404, "no dictionary of that name is served here");
}

/** The open pack of the dictionary that an address names; refused where `?pack=` names another generation of it. */
export async function findPack(
  context: RequestContext,
  { catalogue, packs }: { readonly catalogue: RunCatalogue; readonly packs: FeaturePacks },
): Promise<FeaturePack> {
  const found = await packs.find(findDictionary(context, catalogue));
  if (found.kind === "damaged") throw new Refused(500, found.problem);
  if (found.kind === "none") throw new Refused(404, "features of this dictionary cannot be looked at yet");
  const wanted = context.req.query("pack");
  if (wanted !== undefined && wanted !== namePack(found.pack.header))
    throw new Refused(410, "the feature pages were computed anew meanwhile: load the page again");
  return found.pack;
}

/** A number in an address; -1 where it is none. */
export function parseNumber(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : -1;
}
