import type { PlaneView } from "../charts/draw-points.ts";
import type { MapPoints } from "./map-points.ts";
import { parseNumbers, renderNumbers } from "./map-points.ts";

/** How large a picture is, in its own pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 0.94;
const FARTHEST = 0.5;
const NEAREST = 2000;

/** The view in which all points are seen. */
export function fitView({ x, y }: Pick<MapPoints, "x" | "y">, { width, height }: PictureSize): PlaneView {
  const [left, right] = findExtent(x);
  const [bottom, top] = findExtent(y);
  const scale = MARGIN * Math.min(width / (right - left || 1), height / (top - bottom || 1));
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale };
}

/** The view of an address, whose zoom is relative to the one in which all is seen. */
export function parseView(text: string | null, whole: PlaneView): PlaneView {
  const [x, y, zoom] = parseNumbers(text, 3) ?? [];
  if (x === undefined || zoom! <= 0) return whole;
  return { x, y: y!, scale: whole.scale * limit(zoom!) };
}

/** A view as an address says it; nothing for the whole. */
export function renderView(view: PlaneView, whole: PlaneView): string {
  const isWhole = view.x === whole.x && view.y === whole.y && view.scale === whole.scale;
  return isWhole ? "" : renderNumbers([view.x, view.y, view.scale / whole.scale]);
}

/** The place of the plane at a pixel of the picture. */
export function placeOf(view: PlaneView, { width, height }: PictureSize, left: number, top: number) {
  return { x: view.x + (left - width / 2) / view.scale, y: view.y - (top - height / 2) / view.scale };
}

/** The view so many times as near, in which a place of the plane stays where it is. */
export function zoomAt(
  view: PlaneView,
  whole: PlaneView,
  factor: number,
  place: { readonly x: number; readonly y: number },
): PlaneView {
  const scale = whole.scale * limit((view.scale * factor) / whole.scale);
  const kept = view.scale / scale;
  return { x: place.x + (view.x - place.x) * kept, y: place.y + (view.y - place.y) * kept, scale };
}

/** The view after the picture was moved by so many pixels. */
export function panBy(view: PlaneView, right: number, down: number): PlaneView {
  return { ...view, x: view.x - right / view.scale, y: view.y + down / view.scale };
}

function limit(zoom: number): number {
  return Math.min(NEAREST, Math.max(FARTHEST, zoom));
}

function findExtent(values: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low > high ? [0, 1] : [low, high];
}
