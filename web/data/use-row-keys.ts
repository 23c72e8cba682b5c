import type { RefObject } from "preact";
import { isTyping } from "./is-typing.ts";
import { shortcuts } from "./preferences.ts";

/** Keys that go from row to row of a long table of which only a part exists; the row they lead to is brought into being. */
export function useRowKeys(
  body: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): (event: KeyboardEvent) => void {
  return (event) => {
    const step = findStep(event, Math.floor(innerHeight / rowHeight) - 2);
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    if (step === undefined || row === null || body.current === null) return;
    event.preventDefault();
    event.stopPropagation();
    const here = Number(row.getAttribute("aria-rowindex"));
    const next = Math.max(2, Math.min(count + 1, here + step));
    showRow(body.current, next, rowHeight);
    requestAnimationFrame(() => requestAnimationFrame(() => focusRow(body.current, next)));
  };
}

function findStep(event: KeyboardEvent, page: number): number | undefined {
  if (isTyping(event)) return undefined;
  const letters = shortcuts.value === "on" ? { j: 1, k: -1 } : {};
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
    ...letters,
  };
  return Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
}

/** Scrolls no further than it must; the head of the table stays on the screen's upper edge. */
function showRow(body: HTMLElement, index: number, rowHeight: number): void {
  const top = body.getBoundingClientRect().top + (index - 2) * rowHeight;
  const margin = 2 * rowHeight;
  if (top < margin) scrollBy({ top: top - margin, behavior: "instant" });
  else if (top + rowHeight > innerHeight - rowHeight)
    scrollBy({ top: top + 2 * rowHeight - innerHeight, behavior: "instant" });
}

function focusRow(body: HTMLElement | null, index: number): void {
  body?.querySelector<HTMLElement>(`tr[aria-rowindex="${index}"] a`)?.focus({ preventScroll: true });
}
