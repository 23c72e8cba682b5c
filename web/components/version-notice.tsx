import type { FeaturePackHeader } from "../../src/store/feature-pack.ts";
import { SHORT_HASH } from "../data/share-feature.ts";

/** Says so when an address was made for another dictionary than the one of this name that is here. */
export function VersionNotice(props: { readonly pack: FeaturePackHeader; readonly version: string | null }) {
  const { pack, version } = props;
  if (version === null || pack.dictionarySha256.startsWith(version)) return null;
  return (
    <p class="banner warning" role="alert">
      This link was made for another dictionary: its hash began with {version}, that of the one here with{" "}
      {pack.dictionarySha256.slice(0, SHORT_HASH)}. A feature of the same number is a different one.
    </p>
  );
}
