import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A place in an element, in pixels from its upper left corner. */
export interface Spot {
  readonly left: number;
  readonly top: number;
}

/** What is done with a map. */
export interface MapGestures {
  /** Whether a drag draws a rectangle instead of moving the map; with the shift key it always does. */
  readonly stretches: boolean;
  readonly pan: (right: number, down: number) => void;
  readonly zoom: (factor: number, at: Spot) => void;
  readonly point: (at: Spot | undefined) => void;
  readonly press: (at: Spot) => void;
  readonly stretch: (from: Spot, to: Spot, isDone: boolean) => void;
  readonly showAll: () => void;
}

/** Pixels within which a press is no drag. */
const STILL = 4;
const WHEEL = 0.0016;
const KEY_STEP = 60;
const KEY_ZOOM = 1.4;

/** Listens to wheel, mouse, fingers and keys on an element: drags move or stretch, two fingers and the wheel zoom. */
export function useMapGestures(ref: RefObject<HTMLElement | null>, gestures: MapGestures): void {
  const latest = useRef(gestures);
  latest.current = gestures;
  useEffect(() => {
    const element = ref.current!;
    const stopped = new AbortController();
    const { signal } = stopped;
    const pointers = createPointers(element, () => latest.current);
    element.addEventListener("pointerdown", pointers.down, { signal });
    element.addEventListener("pointermove", pointers.move, { signal });
    element.addEventListener("pointerup", pointers.up, { signal });
    element.addEventListener("pointercancel", pointers.cancel, { signal });
    element.addEventListener("pointerleave", () => latest.current.point(undefined), { signal });
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 * event.deltaY : event.deltaY;
      latest.current.zoom(Math.exp(-pixels * WHEEL), findSpot(element, event));
    };
    element.addEventListener("wheel", onWheel, { signal, passive: false });
    element.addEventListener("keydown", (event) => onKey(element, event, latest.current), { signal });
    return () => stopped.abort();
  }, []);
}

function createPointers(element: HTMLElement, gestures: () => MapGestures) {
  const down = new Map<number, Spot>();
  let start: { readonly spot: Spot; readonly stretches: boolean } | undefined;
  let moved = false;
  const drag = (from: Spot, to: Spot) => {
    if (start?.stretches) gestures().stretch(start.spot, to, false);
    else gestures().pan(to.left - from.left, to.top - from.top);
  };
  const pinch = (id: number, to: Spot) => {
    const from = down.get(id)!;
    const other = [...down].find(([known]) => known !== id)![1];
    const middle = { left: (to.left + other.left) / 2, top: (to.top + other.top) / 2 };
    gestures().pan((to.left - from.left) / 2, (to.top - from.top) / 2);
    gestures().zoom(distance(to, other) / Math.max(1, distance(from, other)), middle);
  };
  const end = (event: PointerEvent) => {
    if (!down.delete(event.pointerId) || down.size > 0) return;
    const spot = findSpot(element, event);
    if (!moved) gestures().press(spot);
    else if (start?.stretches) gestures().stretch(start.spot, spot, true);
    start = undefined;
  };
  return {
    down: (event: PointerEvent) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      const spot = findSpot(element, event);
      down.set(event.pointerId, spot);
      if (down.size > 1) moved = true;
      else [start, moved] = [{ spot, stretches: gestures().stretches || event.shiftKey }, false];
    },
    move: (event: PointerEvent) => {
      const [from, to] = [down.get(event.pointerId), findSpot(element, event)];
      if (from === undefined) return gestures().point(to);
      moved ||= start !== undefined && distance(start.spot, to) > STILL;
      if (!moved) return;
      if (down.size > 1) pinch(event.pointerId, to);
      else drag(from, to);
      down.set(event.pointerId, to);
    },
    up: end,
    cancel: (event: PointerEvent) => {
      down.delete(event.pointerId);
      start = undefined;
    },
  };
}

function onKey(element: HTMLElement, event: KeyboardEvent, { pan, zoom, showAll }: MapGestures): void {
  const middle = { left: element.clientWidth / 2, top: element.clientHeight / 2 };
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => pan(KEY_STEP, 0),
    ArrowRight: () => pan(-KEY_STEP, 0),
    ArrowUp: () => pan(0, KEY_STEP),
    ArrowDown: () => pan(0, -KEY_STEP),
    "+": () => zoom(KEY_ZOOM, middle),
    "=": () => zoom(KEY_ZOOM, middle),
    "-": () => zoom(1 / KEY_ZOOM, middle),
    "0": showAll,
  };
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!isPlain || !Object.hasOwn(actions, event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  actions[event.key]!();
}

function findSpot(element: HTMLElement, event: MouseEvent): Spot {
  const box = element.getBoundingClientRect();
  return { left: event.clientX - box.left, top: event.clientY - box.top };
}

function distance(a: Spot, b: Spot): number {
  return Math.hypot(a.left - b.left, a.top - b.top);
}
