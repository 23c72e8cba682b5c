import { measureFidelity, type SweepRow } from "./sweep-record.ts";

/** Dictionaries that differ in one field, as a curve of a picture. */
export interface Curve {
  /** What they have in common against the other curves; empty for the only one. */
  readonly name: string;
  /** Whether the points follow from one another. */
  readonly line: boolean;
  /** Means over seeds, by rising x. */
  readonly points: readonly LabelledPoint[];
  /** The single dictionaries where a point is a mean. */
  readonly dots: readonly Point[];
}

/** A place in a picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A point with what tells it from the others of its curve. */
export interface LabelledPoint extends Point {
  readonly label: string;
}

const SEED = "dictionary.seed";
/** The fields that trade sparsity for fidelity, one of which labels the points of a frontier. */
const TRADES = ["dictionary.l1", "dictionary.k"];

/** Fidelity against L0: one curve per combination of all that varies but L1 (or k) and the seed. */
export function traceFrontier(rows: readonly SweepRow[]): Curve[] {
  const axis = findTrade(rows);
  const place = (row: SweepRow) => ({ x: row.l0, y: measureFidelity(row) });
  if (axis !== undefined) return trace(rows, place, [axis, SEED], (row) => renderValue(row.varied[axis]), true);
  return trace(rows, place, [SEED], nameRow, false);
}

/** The field that labels the points of a frontier: what the sweep varies to trade sparsity for fidelity, if anything. */
export function findTrade(rows: readonly SweepRow[]): string | undefined {
  return TRADES.find((field) => countValues(rows, field) > 1);
}

/** Fidelity against the number of features: one curve per combination of all that varies but size and seed. */
export function traceSizes(rows: readonly SweepRow[]): Curve[] {
  if (new Set(rows.map(({ features }) => features)).size < 2) return [];
  const place = (row: SweepRow) => ({ x: row.features, y: measureFidelity(row) });
  return trace(rows, place, ["dictionary.features", SEED], (row) => renderValue(row.features), true);
}

function trace(
  rows: readonly SweepRow[],
  place: (row: SweepRow) => Point,
  inside: readonly string[],
  label: (row: SweepRow) => string,
  line: boolean,
): Curve[] {
  const name = (row: SweepRow) => (line ? nameRow({ ...row, varied: omit(row.varied, inside) }) : "");
  return [...groupBy(rows, name)].map(([curve, own]) => {
    const byLabel = [...groupBy(own, label)].map(([text, alike]) => ({ text, places: alike.map(place) }));
    const points = byLabel.map(({ text, places }) => ({ ...meanPoint(places), label: text }));
    const dots = byLabel.flatMap(({ places }) => (places.length > 1 ? places : []));
    return { name: curve, line, points: points.toSorted((a, b) => a.x - b.x), dots };
  });
}

/** The member's name and the values of its fields, `features 512, l1 2`; the seed left out. */
function nameRow({ group, varied }: Pick<SweepRow, "group" | "varied">): string {
  const fields = Object.entries(omit(varied, [SEED]));
  const parts = fields.map(([field, value]) => `${field.replace("dictionary.", "")} ${renderValue(value)}`);
  return [group, ...parts].filter((part) => part !== "").join(", ");
}

function renderValue(value: unknown): string {
  if (typeof value === "string") return value;
  const { kind, variant } = (value ?? {}) as { kind?: unknown; variant?: unknown };
  return typeof kind === "string" ? [kind, variant].filter(Boolean).join(" ") : JSON.stringify(value);
}

function countValues(rows: readonly SweepRow[], field: string): number {
  return new Set(rows.flatMap(({ varied }) => (field in varied ? [JSON.stringify(varied[field])] : []))).size;
}

function omit(varied: SweepRow["varied"], fields: readonly string[]): SweepRow["varied"] {
  return Object.fromEntries(Object.entries(varied).filter(([field]) => !fields.includes(field)));
}

function groupBy(rows: readonly SweepRow[], key: (row: SweepRow) => string): Map<string, SweepRow[]> {
  const groups = new Map<string, SweepRow[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

function meanPoint(places: readonly Point[]): Point {
  const mean = (pick: (place: Point) => number) => places.reduce((sum, at) => sum + pick(at), 0) / places.length;
  return { x: mean(({ x }) => x), y: mean(({ y }) => y) };
}
