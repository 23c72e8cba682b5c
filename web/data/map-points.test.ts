import { describe, expect, test } from "vitest";
import { createFakeMap } from "../../test/support/fake-map.ts";
import { drawPoints, findPoint, type PlaneView } from "../charts/draw-points.ts";
import { isSelective, parseMapQuery, readMapPoints, selectPoints } from "./map-points.ts";
import { chooseTones, describeTones, indexTones, TONES } from "./map-tones.ts";
import { fitView, panBy, parseView, placeOf, renderView, zoomAt } from "./map-view.ts";

const points = readMapPoints(createFakeMap(100));
const size = { width: 300, height: 200 };
const whole = fitView(points, size);

const parse = (text: string) => parseMapQuery(new URLSearchParams(text));
const select = (text: string, isFound = (_point: number) => true) => [...selectPoints(points, parse(text), isFound)];

describe("what an address says of a map", () => {
  test("is taken where it makes sense, and the default where it does not", () => {
    expect(parse("colour=density&cluster=3&box=0,1,2,3&q= a ")).toEqual({
      colour: "density",
      proxy: undefined,
      search: "a",
      cluster: 3,
      box: { left: 0, bottom: 1, right: 2, top: 3 },
    });
    for (const nonsense of ["colour=x&cluster=-1&box=1,2,3", "cluster=1e3&box=2,0,1,1", "box=a,b,c,d", ""]) {
      expect(parse(nonsense)).toMatchObject({ colour: "cluster", cluster: undefined, box: undefined });
      expect(isSelective(parse(nonsense))).toBe(false);
    }
  });

  test("chooses points by cluster, rectangle and search together, in the order of likeness", () => {
    expect(select("")).toEqual(points.order.length === 100 ? [...points.order] : []);
    expect(select("cluster=1")).toEqual([17, 16, 15, 14, 13, 12, 11, 10, 9]);
    expect(select("box=-0.5,-0.5,1.5,1.5")).toEqual([11, 10, 1, 0]);
    expect(select("cluster=1&box=-0.5,-0.5,1.5,1.5&q=x", (point) => point % 2 === 1)).toEqual([11]);
  });
});

describe("the view of a map", () => {
  test("shows all points at first, and comes back from the address", () => {
    for (const [x, y] of [
      [0, 0],
      [9, 9],
    ] as const) {
      const [left, top] = [150 + (x - whole.x) * whole.scale, 100 - (y - whole.y) * whole.scale];
      expect(left > 0 && left < 300 && top > 0 && top < 200).toBe(true);
    }
    const view = zoomAt(panBy(whole, 13, -7), whole, 3, { x: 2, y: 5 });
    const again = parseView(renderView(view, whole), whole);
    expect(again.x).toBeCloseTo(view.x, 2);
    expect(again.scale / whole.scale).toBeCloseTo(3, 2);
    expect(renderView(whole, whole)).toBe("");
    for (const nonsense of [null, "", "1,2", "1,2,0", "1,2,-3", "a,b,c"])
      expect(parseView(nonsense, whole)).toBe(whole);
  });

  test("keeps the place under the pointer when it zooms, and moves with it", () => {
    const place = placeOf(whole, size, 30, 40);
    const near = zoomAt(whole, whole, 2.5, place);
    expect(placeOf(near, size, 30, 40).x).toBeCloseTo(place.x, 9);
    expect(placeOf(near, size, 30, 40).y).toBeCloseTo(place.y, 9);
    const moved = placeOf(panBy(near, 10, 20), size, 40, 60);
    expect([moved.x, moved.y]).toEqual([expect.closeTo(place.x, 9), expect.closeTo(place.y, 9)]);
  });

  test("goes neither too far nor too near", () => {
    const scale = (factor: number) => zoomAt(whole, whole, factor, whole).scale / whole.scale;
    expect([scale(1e9), scale(1e-9)]).toEqual([expect.closeTo(2000), expect.closeTo(0.5)]);
  });
});

describe("points on a picture", () => {
  const view: PlaneView = { x: 5, y: 5, scale: 10 };
  const draw = (x: number[], y: number[], tones: number[], radius: number) => {
    const picture = { pixels: new Uint8ClampedArray(4 * 100 * 100).fill(9), width: 100, height: 100 };
    const toned = { x: Float32Array.from(x), y: Float32Array.from(y), tones: Uint8Array.from(tones) };
    const colours = [
      [200, 0, 0, 1],
      [0, 0, 200, 0.5],
    ] as const;
    drawPoints(picture, toned, view, { colours, radius });
    return (left: number, top: number) => [...picture.pixels.slice(4 * (top * 100 + left), 4 * (top * 100 + left) + 4)];
  };

  test("are discs of their colour, higher up where they are higher, nothing around them", () => {
    const at = draw([5, 8], [5, 7], [0, 0], 2);
    expect(at(50, 50)).toEqual([200, 0, 0, 255]);
    expect(at(80, 30)).toEqual([200, 0, 0, 255]);
    expect(at(50, 54)).toEqual([0, 0, 0, 0]);
    expect(at(80, 70)).toEqual([0, 0, 0, 0]);
  });

  test("of a later colour lie over those of an earlier one and let them shine through", () => {
    const at = draw([5, 5], [5, 5], [1, 0], 2);
    expect(at(50, 50)).toEqual([100, 0, 100, 255]);
    expect(draw([5], [5], [1], 2)(50, 50)).toEqual([0, 0, 200, 128]);
  });

  test("outside of the picture, or half outside, leave the other pixels alone", () => {
    const at = draw([0, -50, 10.02], [10, 5, 0], [0, 0, 0], 3);
    expect(at(0, 0)).toEqual([200, 0, 0, 255]);
    expect(at(99, 0)).toEqual([0, 0, 0, 0]);
    expect(at(99, 99)).toEqual([200, 0, 0, 255]);
  });

  test("are found within reach, the nearest first", () => {
    const toned = { ...points, tones: new Uint8Array(100) };
    expect(findPoint(toned, view, { x: 3.2, y: 2.1 }, 12)).toBe(23);
    expect(findPoint(toned, view, { x: 3.5, y: 20 }, 12)).toBeUndefined();
  });
});

describe("the colours of a map", () => {
  test("follow cluster, density, dictionary or proxy, and every one that is used is in the legend", () => {
    const proxy = { proxy: "p", title: "P", positives: 1, neurons: [], features: [{ index: 3, f1: 0.9 }] } as never;
    for (const colour of ["cluster", "density", "dictionary", "proxy"]) {
      const query = parse(`colour=${colour}`);
      const tone = chooseTones(points, query, proxy);
      const legend = new Set(describeTones(query, ["main"]).map((entry) => entry.tone));
      for (let point = 0; point < 100; point++) expect(legend.has(tone(point))).toBe(true);
    }
    expect(chooseTones(points, parse("colour=proxy"), proxy)(3)).toBe("scale-5");
    expect(chooseTones(points, parse("colour=density"), undefined)(0)).toBe("scale-5");
    expect(chooseTones(points, parse("colour=density"), undefined)(2)).toBe("scale-3");
  });

  test("are dim for what is not chosen", () => {
    const tones = indexTones(100, () => "none", Uint32Array.from([4, 7]));
    expect([...tones].flatMap((tone, point) => (TONES[tone] === "dim" ? [] : [point]))).toEqual([4, 7]);
  });
});
