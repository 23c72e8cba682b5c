import { useEffect, useState } from "preact/hooks";
import { whenIdle } from "./when-idle.ts";

const AT_A_TIME = 4;

const waiting: (() => void)[] = [];

/**
 * Whether a part of the page is to be drawn: at once where it is urgent, otherwise when the browser has time; anew for each
 * `content`. Some parts are drawn together, so that the page is not laid out for each.
 */
export function useTurn(content: unknown, isUrgent: boolean): boolean {
  const [drawn, setDrawn] = useState<unknown>();
  const isDrawn = isUrgent || drawn === content;
  useEffect(() => (isDrawn ? undefined : wait(() => setDrawn(content))), [content, isDrawn]);
  return isDrawn;
}

function wait(draw: () => void): () => void {
  if (waiting.push(draw) === 1) whenIdle(drawNext);
  return () => {
    const place = waiting.indexOf(draw);
    if (place >= 0) waiting.splice(place, 1);
  };
}

function drawNext(): void {
  for (const draw of waiting.splice(0, AT_A_TIME)) draw();
  if (waiting.length > 0) whenIdle(drawNext);
}
