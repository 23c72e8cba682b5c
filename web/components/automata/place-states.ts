/** A point of a drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An edge as a curve, and where its label stands. */
export interface EdgeCurve {
  readonly path: string;
  readonly label: Point & { readonly anchor: "start" | "middle" | "end" };
}

export const DRAWING = { width: 320, height: 300, radius: 34 } as const;
const CENTRE: Point = { x: DRAWING.width / 2, y: DRAWING.height / 2 };
const ARROW = 7;
/** Where a single state stands, and how its loop goes round above it. */
const ALONE: Point = { x: CENTRE.x, y: 195 };

/** Where the states of an automaton stand: round a circle, two of them side by side. */
export function placeStates(count: number): Point[] {
  if (count === 1) return [ALONE];
  const first = count === 2 ? Math.PI : count === 4 ? (-3 * Math.PI) / 4 : -Math.PI / 2;
  return Array.from({ length: count }, (_, state) => {
    const angle = first + (2 * Math.PI * state) / count;
    return { x: CENTRE.x + 96 * Math.cos(angle), y: CENTRE.y + 88 * Math.sin(angle) };
  });
}

/** The curve from a state to the next, outside the circle. */
export function drawEdge(from: Point, to: Point): EdgeCurve {
  if (from === to) return drawLoop(from);
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  const outward = { x: dy / length, y: -dx / length };
  const bend = 0.3 * length;
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const control = { x: middle.x + bend * outward.x, y: middle.y + bend * outward.y };
  const begin = moveTowards(from, control, DRAWING.radius);
  const end = moveTowards(to, control, DRAWING.radius + ARROW);
  // A label is two lines: above or below its curve it stands further off, so that neither line crosses it.
  const away = bend / 2 + 20 + (Math.abs(outward.y) > 0.3 ? 10 : 0);
  return {
    path: `M${render(begin)} Q${render(control)} ${render(end)}`,
    label: {
      x: middle.x + (away - 8 * Math.abs(outward.x)) * outward.x,
      y: middle.y + away * outward.y,
      anchor: outward.x > 0.3 ? "start" : outward.x < -0.3 ? "end" : "middle",
    },
  };
}

function drawLoop({ x, y }: Point): EdgeCurve {
  const begin = { x: x - 20, y: y - DRAWING.radius + 6 };
  const end = { x: x + 22, y: y - DRAWING.radius + 1 };
  const controls = [
    { x: x - 110, y: y - 150 },
    { x: x + 110, y: y - 150 },
  ];
  return {
    path: `M${render(begin)} C${controls.map(render).join(" ")} ${render(end)}`,
    label: { x, y: y - 140, anchor: "middle" },
  };
}

function moveTowards(from: Point, to: Point, by: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  return { x: from.x + (by * (to.x - from.x)) / length, y: from.y + (by * (to.y - from.y)) / length };
}

function render({ x, y }: Point): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}
