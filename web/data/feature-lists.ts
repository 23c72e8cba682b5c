import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { FeatureList, FeatureLists, ListChange } from "../../src/server/api.ts";
import { fetchJson, sendJson } from "./fetch-data.ts";

/** The list that the bookmark key adds to. */
export const BOOKMARKS = "Bookmarks";

const known = new Map<string, Signal<readonly FeatureList[]>>();

/** The lists of a run, asked for once; none until they are here. */
export function readLists(run: string): ReadonlySignal<readonly FeatureList[]> {
  const present = known.get(run);
  if (present !== undefined) return present;
  const lists = signal<readonly FeatureList[]>([]);
  known.set(run, lists);
  loadLists(run).catch(() => known.delete(run));
  return lists;
}

/** Asks for the lists of a run anew; throws an `Error` with the server's sentence. */
export async function loadLists(run: string): Promise<readonly FeatureList[]> {
  const { lists } = await fetchJson<FeatureLists>(`/api/runs/${run}/lists`);
  update(run, lists);
  return lists;
}

/** Makes an empty list. */
export async function createList(run: string, title: string): Promise<FeatureList> {
  const list = await sendJson<FeatureList>("POST", `/api/runs/${run}/lists`, { title });
  update(run, [list, ...current(run)]);
  return list;
}

/** Gives a list another title or other items. */
export async function changeList(run: string, id: number, change: ListChange): Promise<void> {
  const list = await sendJson<FeatureList>("PUT", `/api/runs/${run}/lists/${id}`, change);
  update(
    run,
    current(run).map((other) => (other.id === id ? list : other)),
  );
}

/** Removes a list. */
export async function deleteList(run: string, id: number): Promise<void> {
  await sendJson("DELETE", `/api/runs/${run}/lists/${id}`);
  update(
    run,
    current(run).filter((list) => list.id !== id),
  );
}

/** Puts a feature on a list, or takes it off when it is there. */
export function toggleFeature(run: string, list: FeatureList, dictionary: string, feature: number): Promise<void> {
  const others = list.items.filter((item) => item.dictionary !== dictionary || item.feature !== feature);
  const items = others.length < list.items.length ? others : [...list.items, { dictionary, feature, note: "" }];
  return changeList(run, list.id, { title: list.title, items });
}

/** Whether a list holds a feature. */
export function isListed({ items }: FeatureList, dictionary: string, feature: number): boolean {
  return items.some((item) => item.dictionary === dictionary && item.feature === feature);
}

/** Puts a feature on the list of bookmarks, which is made when there is none, or takes it off. */
export async function toggleBookmark(run: string, dictionary: string, feature: number): Promise<void> {
  const list = current(run).find(({ title }) => title === BOOKMARKS) ?? (await createList(run, BOOKMARKS));
  await toggleFeature(run, list, dictionary, feature);
}

function current(run: string): readonly FeatureList[] {
  return known.get(run)?.value ?? [];
}

function update(run: string, lists: readonly FeatureList[]): void {
  const present = known.get(run);
  if (present === undefined) known.set(run, signal(lists));
  else present.value = lists;
}
