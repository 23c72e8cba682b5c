import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** Told of each container when it first has a size and whenever that changes, in frames that are laid out anyway. */
const sizes = new ResizeObserver((entries) => alignLines(entries.map(({ target }) => target)));

/**
 * Moves each line of text so that its centre token stands in the middle of its column. Lines are measured, not cut: letters
 * of scripts that join stay joined, and lines from right to left work alike.
 */
export function useAlignedLines(
  container: RefObject<HTMLElement | null>,
  aligned: boolean,
  content: readonly unknown[],
): void {
  useLayoutEffect(() => {
    const element = container.current;
    if (element === null || !aligned) return;
    sizes.observe(element);
    return () => sizes.unobserve(element);
  }, [aligned, ...content]);
}

/** All are read before any is written, so that the page is laid out once. */
function alignLines(containers: readonly Element[]): void {
  const lines = containers.flatMap((container) => [...container.querySelectorAll<HTMLElement>(".example-line")]);
  const shifts = lines.map((line) => {
    const centre = line.querySelector(".centre")?.getBoundingClientRect();
    if (centre === undefined) return 0;
    const column = line.parentElement!.getBoundingClientRect();
    const before = new DOMMatrix(line.style.transform).e;
    return before + (column.left + column.right - centre.left - centre.right) / 2;
  });
  for (const [index, line] of lines.entries()) line.style.transform = `translateX(${Math.round(shifts[index]!)}px)`;
}
