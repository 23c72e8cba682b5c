import type { Annotation, FeatureList, ListItem } from "../../src/server/api.ts";
import type { SavedTable } from "./save-file.ts";

/** Where an item's label is found. */
export type FindAnnotation = (item: ListItem) => Annotation | undefined;

/** A list as a table, in its order. */
export function tabulateList({ items }: FeatureList, find: FindAnnotation): SavedTable {
  return {
    columns: ["dictionary", "feature", "label", "note"],
    rows: items.map((item) => [item.dictionary, item.feature, find(item)?.label ?? "", item.note]),
  };
}

/** A list as data, with the labels of its features. */
export function describeList(run: string, { title, items }: FeatureList, find: FindAnnotation): unknown {
  return { run, title, items: items.map((item) => ({ ...item, label: find(item)?.label ?? "" })) };
}

/** The items with one of them at another place. */
export function moveItem(items: readonly ListItem[], from: number, to: number): ListItem[] {
  const moved = items.toSpliced(from, 1);
  return moved.toSpliced(Math.max(0, Math.min(moved.length, to)), 0, items[from]!);
}
