import { copyText } from "../data/copy-text.ts";
import type { Resource } from "../data/use-resource.ts";

/** What to say while something is loading or could not be loaded; nothing once it is there. */
export function LoadState({ resource, what }: { readonly resource: Resource<unknown>; readonly what: string }) {
  if (resource.error !== undefined)
    return (
      <div class="banner warning" role="alert">
        <span>{resource.error}</span>
        <span class="banner-actions">
          <button type="button" class="button" onClick={resource.reload}>
            Try again
          </button>
          <button
            type="button"
            class="quiet-button"
            onClick={() => copyText(describe(what, resource.error), "Diagnostics")}
          >
            Copy diagnostics
          </button>
        </span>
      </div>
    );
  if (resource.value !== undefined) return null;
  return (
    <p class="pending" role="status">
      Loading {what}…
    </p>
  );
}

/** What somebody who is to help needs to know. */
function describe(what: string, error: string | undefined): string {
  return [`monosem could not load ${what}`, error, document.URL, navigator.userAgent, new Date().toISOString()].join(
    "\n",
  );
}
