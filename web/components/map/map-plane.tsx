import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { type Colour, drawPoints, findPoint, type PlaneView, type TonedPoints } from "../../charts/draw-points.ts";
import { useWidth } from "../../charts/use-width.ts";
import type { MapBox } from "../../data/map-points.ts";
import { fitView, panBy, parseView, placeOf, renderView, zoomAt } from "../../data/map-view.ts";
import { type Spot, useMapGestures } from "../../data/use-map-gestures.ts";

/** A plane of points, what of it is chosen, and what happens to it. */
export interface MapPlaneProps {
  readonly label: string;
  readonly points: TonedPoints;
  readonly colours: readonly Colour[];
  /** The view as the address says it. */
  readonly view: string | null;
  readonly box: MapBox | undefined;
  /** The point with a ring around it. */
  readonly marked: number | undefined;
  readonly stretches: boolean;
  readonly onView: (view: string) => void;
  readonly onPoint: (point: number | undefined) => void;
  readonly onOpen: (point: number) => void;
  readonly onBox: (box: MapBox) => void;
}

const REACH = 12;
const SETTLED_MS = 250;
/** Share of the smaller side that all points together would cover as discs beside one another. */
const COVER = 0.35;
const RADII = { least: 1, most: 6 } as const;

/** The points on a canvas as wide as its place. */
export function MapPlane(props: MapPlaneProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  return (
    <div ref={ref} class="map-frame">
      {width > 0 && <Plane {...props} width={width} height={ref.current!.clientHeight} />}
    </div>
  );
}

function Plane(props: MapPlaneProps & { readonly width: number; readonly height: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const ratio = window.devicePixelRatio;
  const size = { width: Math.round(props.width * ratio), height: Math.round(props.height * ratio) };
  const whole = useMemo(() => fitView(props.points, size), [props.points.x, size.width, size.height]);
  const view = useView(props, whole);
  const stretched = useRef<MapBox | undefined>(undefined);
  const redraw = useDrawing(() => {
    if (canvas.current !== null) paint(canvas.current, { ...props, whole, ratio }, view.current, stretched.current);
  });
  useLayoutEffect(redraw);
  const look = (next: PlaneView) => {
    view.show(next);
    redraw();
  };
  const place = ({ left, top }: Spot) => placeOf(view.current, size, left * ratio, top * ratio);
  const find = (at: Spot) => findPoint(props.points, view.current, place(at), REACH * ratio);
  useMapGestures(canvas, {
    stretches: props.stretches,
    pan: (right, down) => look(panBy(view.current, right * ratio, down * ratio)),
    zoom: (factor, at) => look(zoomAt(view.current, whole, factor, place(at))),
    point: (at) => props.onPoint(at && find(at)),
    press: (at) => {
      const point = find(at);
      if (point !== undefined) props.onOpen(point);
    },
    stretch: (from, to, isDone) => {
      stretched.current = isDone ? undefined : spanBox(place(from), place(to));
      if (isDone) props.onBox(spanBox(place(from), place(to)));
      redraw();
    },
    showAll: () => look(whole),
  });
  return <canvas ref={canvas} {...size} class="map-canvas" role="img" aria-label={props.label} tabIndex={0} />;
}

/** The view that is shown: the address's, until it is moved, and then told to the address once it rests. */
function useView({ view, onView }: MapPlaneProps, whole: PlaneView) {
  const shown = useRef({ text: view, whole, view: parseView(view, whole) });
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  if (shown.current.text !== view || shown.current.whole !== whole)
    shown.current = { text: view, whole, view: parseView(view, whole) };
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    get current() {
      return shown.current.view;
    },
    show: (next: PlaneView) => {
      shown.current = { ...shown.current, view: next };
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const text = renderView(shown.current.view, whole);
        shown.current = { ...shown.current, text: text === "" ? null : text };
        onView(text);
      }, SETTLED_MS);
    },
  };
}

/** Draws at most once a frame, with what is known then. */
function useDrawing(draw: () => void): () => void {
  const latest = useRef(draw);
  latest.current = draw;
  const frame = useRef<number | undefined>(undefined);
  useLayoutEffect(() => () => cancelAnimationFrame(frame.current ?? 0), []);
  return () => {
    frame.current ??= requestAnimationFrame(() => {
      frame.current = undefined;
      latest.current();
    });
  };
}

interface Painted extends MapPlaneProps {
  readonly whole: PlaneView;
  readonly ratio: number;
}

function paint(canvas: HTMLCanvasElement, props: Painted, view: PlaneView, stretched: MapBox | undefined): void {
  const context = canvas.getContext("2d")!;
  const { width, height } = canvas;
  const image = context.createImageData(width, height);
  const picture = { pixels: image.data, width, height };
  const { points, colours, ratio } = props;
  const even = COVER * Math.sqrt((width * height) / Math.max(1, points.tones.length) / Math.PI);
  const zoomed = Math.max(1, view.scale / props.whole.scale) ** 0.4;
  const radius = Math.min(RADII.most * ratio, Math.max(RADII.least * ratio, Math.min(2.5 * ratio, even) * zoomed));
  drawPoints(picture, points, view, { colours, radius });
  context.putImageData(image, 0, 0);
  context.strokeStyle = getComputedStyle(canvas).color;
  context.lineWidth = 1.5 * ratio;
  const left = (x: number) => width / 2 + (x - view.x) * view.scale;
  const top = (y: number) => height / 2 - (y - view.y) * view.scale;
  const box = stretched ?? props.box;
  if (box !== undefined)
    context.strokeRect(
      left(box.left),
      top(box.top),
      (box.right - box.left) * view.scale,
      (box.top - box.bottom) * view.scale,
    );
  if (props.marked === undefined) return;
  context.beginPath();
  context.arc(left(points.x[props.marked]!), top(points.y[props.marked]!), radius + 4 * ratio, 0, 2 * Math.PI);
  context.stroke();
}

function spanBox(a: { readonly x: number; readonly y: number }, b: { readonly x: number; readonly y: number }): MapBox {
  return { left: Math.min(a.x, b.x), right: Math.max(a.x, b.x), bottom: Math.min(a.y, b.y), top: Math.max(a.y, b.y) };
}
