import { expect, test } from "vitest";
import type { Curve } from "./curves.ts";
import { placeLabels } from "./place-labels.ts";
import { renderFrontier, renderSizes } from "./render-pictures.ts";

const curve = (name: string, points: readonly (readonly [number, number, string])[]): Curve => ({
  name,
  line: true,
  points: points.map(([x, y, label]) => ({ x, y, label })),
  dots: [],
});

/** The points of a picture of one curve, which has no legend. */
function readCircles(svg: string): { x: number; y: number }[] {
  return [...svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

/** Whether every element that opens is closed in turn. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [, close, name, rest] of svg.matchAll(/<(\/?)([a-z]+)([^<>]*)>/g)) {
    if (close === "/" && open.pop() !== name) return false;
    if (close === "" && !rest!.endsWith("/")) open.push(name!);
  }
  return open.length === 0 && !/&(?!amp;|lt;|gt;|quot;)/.test(svg);
}

test("a frontier is well-formed SVG in which names of others cannot open an element", () => {
  const svg = renderFrontier("a<b & c", [curve('"x" <y>', [[1, 0.5, "<1>"]]), curve("z", [[20, 0.9, "2"]])], {
    labels: "l1",
  });
  expect(isWellFormed(svg)).toBe(true);
  expect(svg).toContain("a&lt;b &amp; c: loss recovered against L0");
  expect(svg).toContain("&lt;1&gt;");
  expect(svg).toContain("prefers-color-scheme:dark");
});

test("equal ratios of L0 are equal distances where L0 spans more than a factor of four", () => {
  const svg = renderFrontier("s", [
    curve("", [
      [2, 0.5, "a"],
      [8, 0.7, "b"],
      [32, 0.9, "c"],
    ]),
  ]);
  const [a, b, c] = readCircles(svg);
  expect(b!.x - a!.x).toBeCloseTo(c!.x - b!.x, 0);
  expect(a!.y - b!.y).toBeCloseTo(b!.y - c!.y, 0);
  expect(a!.y).toBeGreaterThan(c!.y);
  for (const { x, y } of [a!, b!, c!]) expect(x > 66 && x < 760 && y > 62 && y < 414).toBe(true);
});

test("a narrow range of L0 is drawn as it is", () => {
  const [a, b, c] = readCircles(
    renderFrontier("s", [
      curve("", [
        [10, 0.5, "a"],
        [20, 0.7, "b"],
        [30, 0.9, "c"],
      ]),
    ]),
  );
  expect(b!.x - a!.x).toBeCloseTo(c!.x - b!.x, 0);
});

test("one dictionary, and several of the same figures, can be drawn", () => {
  for (const svg of [
    renderFrontier("s", [curve("", [[0, 0, "a"]])]),
    renderSizes("s", [
      curve("", [
        [512, 1, "a"],
        [512, 1, "b"],
      ]),
    ]),
  ]) {
    expect(isWellFormed(svg)).toBe(true);
    expect(svg).not.toMatch(/NaN|Infinity/);
  }
});

test("sizes have a tick each and a legend where there are several curves", () => {
  const svg = renderSizes("s", [
    curve("l1 0.5", [
      [512, 0.8, "512"],
      [4096, 0.9, "4096"],
    ]),
    curve("l1 2", [[512, 0.7, "512"]]),
  ]);
  for (const text of [">512<", ">4,096<", ">l1 0.5<", ">l1 2<"]) expect(svg).toContain(text);
  expect(renderSizes("s", [curve("alone", [[512, 0.8, "512"]])])).not.toContain(">alone<");
});

test("labels lie inside the frame and on nothing else", () => {
  const frame = { left: 0, top: 0, right: 300, bottom: 200 };
  const points = Array.from({ length: 14 }, (_, index) => ({
    x: 140 + (index % 4) * 9,
    y: 90 + Math.floor(index / 4) * 9,
  }));
  const places = placeLabels(
    points.map((at, index) => ({ at, text: `label ${index}` })),
    points,
    frame,
  );
  const boxes = places.flatMap((place, index) =>
    place === null
      ? []
      : [{ left: place.x, right: place.x + 6.1 * `label ${index}`.length, top: place.y - 10, bottom: place.y + 3 }],
  );
  expect(boxes.length).toBeGreaterThan(10);
  for (const [index, a] of boxes.entries()) {
    expect(a.left >= 0 && a.right <= 300 && a.top >= -1 && a.bottom <= 201).toBe(true);
    for (const b of boxes.slice(index + 1))
      expect(a.left < b.right - 0.1 && b.left < a.right - 0.1 && a.top < b.bottom - 0.1 && b.top < a.bottom - 0.1).toBe(
        false,
      );
    for (const { x, y } of points) expect(x > a.left && x < a.right && y > a.top && y < a.bottom).toBe(false);
  }
});

test("a label that finds no room is left out", () => {
  const at = { x: 5, y: 5 };
  expect(
    placeLabels([{ at, text: "far too long for its frame" }], [at], { left: 0, top: 0, right: 20, bottom: 20 }),
  ).toEqual([null]);
});
