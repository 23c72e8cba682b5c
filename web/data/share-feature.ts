import { withQuery } from "../location-state.ts";
import { forgetPlace } from "./feature-view.ts";

/** Digits of a dictionary's hash that stand in addresses given to others. */
export const SHORT_HASH = 6;

/** The address of a feature of exactly this dictionary, with how it is looked at. */
export function addressVersion(dictionary: string, sha256: string, feature: number, query: URLSearchParams): string {
  return withQuery(`/d/${dictionary}@${sha256.slice(0, SHORT_HASH)}/f/${feature}`, query);
}

/** The address of another feature, looked at in the same way. */
export function addressFeature(dictionary: string, feature: number, query: URLSearchParams): string {
  return withQuery(`/d/${dictionary}/f/${feature}`, forgetPlace(query));
}
