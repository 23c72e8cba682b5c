import type { Resource } from "../data/use-resource.ts";

/** What to say while something is loading or could not be loaded; nothing once it is there. */
export function LoadState({ resource, what }: { readonly resource: Resource<unknown>; readonly what: string }) {
  if (resource.error !== undefined)
    return (
      <div class="banner warning" role="alert">
        <span>{resource.error}</span>
        <button type="button" class="button" onClick={resource.reload}>
          Try again
        </button>
      </div>
    );
  if (resource.value !== undefined) return null;
  return (
    <p class="pending" role="status">
      Loading {what}…
    </p>
  );
}
