import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

const MARGIN_ROWS = 12;

/** Which of `count` rows of equal height are on the screen, or nearly, while the window scrolls. */
export function useVisibleRows<T extends HTMLElement>(
  count: number,
  rowHeight: number,
): { readonly ref: RefObject<T | null>; readonly first: number; readonly last: number } {
  const ref = useRef<T | null>(null);
  const [range, setRange] = useState({ first: 0, last: 40 });
  useLayoutEffect(() => {
    const measure = () => {
      const top = ref.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / rowHeight) - MARGIN_ROWS);
      const last = first + Math.ceil(innerHeight / rowHeight) + 2 * MARGIN_ROWS;
      setRange((known) => (known.first === first && known.last === last ? known : { first, last }));
    };
    measure();
    addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    return () => {
      removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
    };
  }, [rowHeight]);
  const last = Math.min(count, range.last);
  return { ref, first: Math.min(range.first, last), last };
}
