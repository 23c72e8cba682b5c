import type { LiveAnswer } from "../../data/use-live-answer.ts";

/** How far an answer is, or why there is none; nothing once it is there. */
export function LiveState({ answer, what }: { readonly answer: LiveAnswer<unknown>; readonly what: string }) {
  const { error, busy, value, stale, progress, retry, stop } = answer;
  if (error !== undefined)
    return (
      <div class="banner warning" role="alert">
        <span>{error}</span>
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      </div>
    );
  if (!busy) return null;
  return (
    <div class={`live-state${value !== undefined && stale ? " again" : ""}`} role="status">
      <span class="pending">Computing {what}…</span>
      {progress !== undefined && (
        <>
          <progress value={progress} aria-label={`Computing ${what}`} />
          <button type="button" class="button small" onClick={stop}>
            Stop
          </button>
        </>
      )}
    </div>
  );
}
