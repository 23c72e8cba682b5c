import type { FeatureMap } from "../../src/analysis/feature-map.ts";

/** A map as typed columns, a point a feature. */
export interface MapPoints {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly dictionary: Uint8Array;
  readonly feature: Uint32Array;
  /** -1 for a point in no cluster. */
  readonly cluster: Int32Array;
  readonly density: Float32Array;
  /** The points so that neighbours are alike. */
  readonly order: Uint32Array;
}

/** What the address says of a map. */
export interface MapQuery {
  readonly colour: "density" | "cluster" | "dictionary" | "proxy";
  readonly proxy: string | undefined;
  readonly search: string;
  readonly cluster: number | undefined;
  readonly box: MapBox | undefined;
}

/** A rectangle of the map. */
export interface MapBox {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

const COLOURS = ["cluster", "density", "dictionary", "proxy"] as const;
const DECIMALS = 3;

/** The columns of a map's file. */
export function readMapPoints(map: FeatureMap): MapPoints {
  return {
    x: Float32Array.from(map.x),
    y: Float32Array.from(map.y),
    dictionary: Uint8Array.from(map.dictionary),
    feature: Uint32Array.from(map.feature),
    cluster: Int32Array.from(map.cluster),
    density: Float32Array.from(map.density),
    order: Uint32Array.from(map.order),
  };
}

/** What a query asks for; what it does not name, or names wrongly, is the default. */
export function parseMapQuery(query: URLSearchParams): MapQuery {
  const cluster = /^\d{1,7}$/.exec(query.get("cluster") ?? "");
  return {
    colour: COLOURS.find((name) => name === query.get("colour")) ?? "cluster",
    proxy: query.get("proxy") ?? undefined,
    search: (query.get("q") ?? "").trim(),
    cluster: cluster === null ? undefined : Number(cluster[0]),
    box: parseBox(query.get("box")),
  };
}

/** Numbers of the map as an address says them. */
export function renderNumbers(numbers: readonly number[]): string {
  return numbers.map((number) => String(Number(number.toFixed(DECIMALS)))).join(",");
}

/** Finite numbers of an address, undefined where there are not as many. */
export function parseNumbers(text: string | null, count: number): number[] | undefined {
  const numbers = (text ?? "").split(",").map((part) => (part === "" ? Number.NaN : Number(part)));
  return numbers.length === count && numbers.every(Number.isFinite) ? numbers : undefined;
}

function parseBox(text: string | null): MapBox | undefined {
  const [left, bottom, right, top] = parseNumbers(text, 4) ?? [];
  if (left === undefined || right! <= left || top! <= bottom!) return undefined;
  return { left, bottom: bottom!, right: right!, top: top! };
}

/** Whether a query chooses among the points. */
export function isSelective({ search, cluster, box }: MapQuery): boolean {
  return search !== "" || cluster !== undefined || box !== undefined;
}

/** The chosen points in the order of likeness; `isFound` says what the search finds. */
export function selectPoints(
  points: MapPoints,
  { cluster, box, search }: MapQuery,
  isFound: (point: number) => boolean,
): Uint32Array {
  return points.order.filter((point) => {
    if (cluster !== undefined && points.cluster[point] !== cluster) return false;
    if (box !== undefined && !isInside(box, points.x[point]!, points.y[point]!)) return false;
    return search === "" || isFound(point);
  });
}

function isInside(box: MapBox, x: number, y: number): boolean {
  return x >= box.left && x <= box.right && y >= box.bottom && y <= box.top;
}
