import { copyText } from "../data/copy-text.ts";
import { SHORT_HASH } from "../data/share-feature.ts";
import { pageLocation, shareAddress, withQuery } from "../location-state.ts";

/** Copies the address of the page as it is, with the first digits of the dictionary's hash: whoever opens it is told if that is another one. */
export function CopyLink({ dictionary, sha256 }: { readonly dictionary: string; readonly sha256: string }) {
  const copy = () => {
    const { path, query } = pageLocation.value;
    const [page = ""] = path.split("/").slice(3);
    const address = withQuery(`/d/${dictionary}@${sha256.slice(0, SHORT_HASH)}/${page}`, query);
    return copyText(shareAddress(address), "Link");
  };
  return (
    <p class="copy-link">
      <button type="button" class="button small" onClick={copy}>
        Copy link
      </button>
    </p>
  );
}
