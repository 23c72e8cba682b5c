import { namePack } from "../features/name-pack.ts";
import type { FeaturePacks } from "./feature-packs.ts";
import type { RunCatalogue } from "./run-catalogue.ts";

/** Pages that show features, and what stands before `@` where an address names a dictionary with its hash. */
const FEATURE_PAGE = /^\/d\/([^/@]+)(?:@[^/]*)?\/f(?:\/(\d{1,9}))?$/;

/**
 * The `Link` header of a page: the data that it will ask for first, so that a browser fetches them beside the page's script and
 * not one after the other behind it. Undefined where that is not known at once, as of a pack that is still being opened.
 */
export function listPreloads(
  path: string,
  { catalogue, packs }: { readonly catalogue: RunCatalogue; readonly packs: FeaturePacks },
): string | undefined {
  const [, id, number] = FEATURE_PAGE.exec(path) ?? [];
  const dictionary = id === undefined ? undefined : catalogue.findDictionary(id);
  const found = dictionary && packs.find(dictionary);
  if (dictionary === undefined || found === undefined || found instanceof Promise || found.kind !== "open")
    return undefined;
  const { header } = found.pack;
  const name = namePack(header);
  const addresses = [
    `/api/d/${dictionary.id}`,
    `/api/d/${dictionary.id}/table?pack=${name}`,
    `/api/runs/${dictionary.run.id}/vocabulary`,
  ];
  const feature = Number(number);
  if (feature < header.features) addresses.push(`/api/d/${dictionary.id}/features/${feature}?pack=${name}`);
  return addresses.map((address) => `<${address}>; rel=preload; as=fetch; crossorigin`).join(", ");
}
