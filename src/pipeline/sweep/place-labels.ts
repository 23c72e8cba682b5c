import type { Point } from "./curves.ts";

/** A rectangle of a picture, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where a label's text starts (its baseline's left end), and whether it lies so far off that a line must lead to it. */
export interface PlacedLabel extends Point {
  readonly leader: boolean;
}

const LETTER_WIDTH = 6.1;
const LINE_HEIGHT = 13;
const DESCENT = 3;
/** Distances from the point that are tried, nearest first; from the second on a line leads to the label. */
const RADII = [8, 22, 38, 56, 76];
/** Directions that are tried, in turn: right, above, below, left and between. */
const ANGLES = [0, -90, 90, 180, -45, 45, -135, 135].map((degrees) => (degrees * Math.PI) / 180);

/** A free place for each label beside its point, one after the other; null where none is left inside the frame. */
export function placeLabels(
  labels: readonly { readonly at: Point; readonly text: string }[],
  obstacles: readonly Point[],
  frame: Box,
): readonly (PlacedLabel | null)[] {
  const taken: Box[] = obstacles.map(({ x, y }) => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 }));
  return labels.map(({ at, text }) => {
    for (const [ring, radius] of RADII.entries())
      for (const angle of ANGLES) {
        const box = boxAt(at, radius, angle, measureText(text));
        if (!isInside(box, frame) || taken.some((other) => overlaps(box, other))) continue;
        taken.push(box);
        return { x: box.left, y: box.bottom - DESCENT, leader: ring > 0 };
      }
    return null;
  });
}

/** The width of a text of 11 pixels, about. */
export function measureText(text: string): number {
  return [...text].length * LETTER_WIDTH;
}

function boxAt(at: Point, radius: number, angle: number, width: number): Box {
  const x = at.x + radius * Math.cos(angle);
  const y = at.y + radius * Math.sin(angle);
  // The box touches the circle with the side, or the middle, that looks at the point.
  const left = x - (width * (1 - Math.cos(angle))) / 2;
  const middle = y + (LINE_HEIGHT / 2) * Math.sin(angle);
  return { left, right: left + width, top: middle - LINE_HEIGHT / 2, bottom: middle + LINE_HEIGHT / 2 };
}

function isInside(box: Box, frame: Box): boolean {
  return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
