/** What part of a plane is shown: the point in the middle, and pixels per unit. */
export interface PlaneView {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Points of a plane, each of one of a few tones. */
export interface TonedPoints {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Index of each point's colour; points are drawn by ascending tone, so that the last ones are on top. */
  readonly tones: Uint8Array;
}

/** Red, green, blue from 0 to 255 and opacity from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number, opacity: number];

/** A picture's pixels, four bytes each, row by row. */
export interface Picture {
  readonly pixels: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** A disc's pixels around its centre, with the share of each that it covers. */
interface Stamp {
  readonly across: Int32Array;
  readonly down: Int32Array;
  readonly cover: Float32Array;
  readonly reach: number;
}

/** Draws points as discs on an empty picture; a hundred thousand take some milliseconds, where a path for each would take a hundred. */
export function drawPoints(
  picture: Picture,
  points: TonedPoints,
  view: PlaneView,
  style: { readonly colours: readonly Colour[]; readonly radius: number },
): void {
  const { pixels, width, height } = picture;
  pixels.fill(0);
  const stamp = createStamp(style.radius);
  for (const [tone, colour] of style.colours.entries()) {
    for (let point = 0; point < points.tones.length; point++) {
      if (points.tones[point] !== tone) continue;
      const left = Math.round(width / 2 + (points.x[point]! - view.x) * view.scale);
      const top = Math.round(height / 2 - (points.y[point]! - view.y) * view.scale);
      const { reach } = stamp;
      if (left < -reach || top < -reach || left >= width + reach || top >= height + reach) continue;
      press(picture, stamp, left, top, colour);
    }
  }
}

/** The point nearest to a place of the picture within `reach` pixels, of equally near ones the first. */
export function findPoint(
  { x, y }: TonedPoints,
  view: PlaneView,
  at: { readonly x: number; readonly y: number },
  reach: number,
): number | undefined {
  let nearest: number | undefined;
  let least = (reach / view.scale) ** 2;
  for (let point = 0; point < x.length; point++) {
    const distance = (x[point]! - at.x) ** 2 + (y[point]! - at.y) ** 2;
    if (distance < least) [nearest, least] = [point, distance];
  }
  return nearest;
}

function createStamp(radius: number): Stamp {
  const reach = Math.ceil(radius + 0.5);
  const side = 2 * reach + 1;
  const all = Array.from({ length: side * side }, (_, i) => {
    const [across, down] = [(i % side) - reach, Math.floor(i / side) - reach];
    return { across, down, cover: Math.max(0, Math.min(1, radius + 0.5 - Math.hypot(across, down))) };
  }).filter(({ cover }) => cover > 0);
  return {
    across: Int32Array.from(all, ({ across }) => across),
    down: Int32Array.from(all, ({ down }) => down),
    cover: Float32Array.from(all, ({ cover }) => cover),
    reach,
  };
}

/** Lays a disc over what is there. */
function press({ pixels, width, height }: Picture, stamp: Stamp, left: number, top: number, colour: Colour): void {
  const [red, green, blue, opacity] = colour;
  for (let i = 0; i < stamp.cover.length; i++) {
    const [column, row] = [left + stamp.across[i]!, top + stamp.down[i]!];
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const at = 4 * (row * width + column);
    const above = opacity * stamp.cover[i]!;
    const below = (pixels[at + 3]! / 255) * (1 - above);
    const sum = above + below;
    pixels[at] = (red * above + pixels[at]! * below) / sum;
    pixels[at + 1] = (green * above + pixels[at + 1]! * below) / sum;
    pixels[at + 2] = (blue * above + pixels[at + 2]! * below) / sum;
    pixels[at + 3] = 255 * sum;
  }
}
