import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/**
 * Moves each line of text so that its centre token stands in the middle of its column. Lines are measured, not cut: letters
 * of scripts that join stay joined, and lines from right to left work alike.
 */
export function useAlignedLines(container: RefObject<HTMLElement | null>, aligned: boolean, content: unknown): void {
  useLayoutEffect(() => {
    const element = container.current;
    if (element === null || !aligned) return;
    let width = 0;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth !== width) alignLines(element);
      width = element.clientWidth;
    });
    width = element.clientWidth;
    alignLines(element);
    observer.observe(element);
    return () => observer.disconnect();
  }, [aligned, content]);
}

/** All are read before any is written, so that the page is laid out once. */
function alignLines(container: HTMLElement): void {
  const lines = [...container.querySelectorAll<HTMLElement>(".example-line")];
  for (const line of lines) line.style.transform = "";
  const shifts = lines.map((line) => {
    const centre = line.querySelector(".centre")?.getBoundingClientRect();
    const column = line.parentElement!.getBoundingClientRect();
    return centre === undefined ? 0 : (column.left + column.right - centre.left - centre.right) / 2;
  });
  for (const [index, line] of lines.entries()) line.style.transform = `translateX(${Math.round(shifts[index]!)}px)`;
}
