import type { FeatureList, ListChange, ListItem } from "../../src/server/api.ts";
import { ListItems } from "../components/list-items.tsx";
import { ListTools } from "../components/list-tools.tsx";
import { LoadState } from "../components/load-state.tsx";
import { SafeText } from "../components/safe-text.tsx";
import { readAnnotations } from "../data/annotations.ts";
import { type DictionaryData, loadDictionary } from "../data/dictionary-data.ts";
import { changeList, deleteList, loadLists, readLists } from "../data/feature-lists.ts";
import { describeList, type FindAnnotation, tabulateList } from "../data/list-file.ts";
import { say, sayFailure } from "../data/notice.ts";
import { renderCsv, saveFile } from "../data/save-file.ts";
import { readSession } from "../data/session.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { navigate } from "../location-state.ts";

/** One list of features. */
export function ListPage({ run, list: id }: { readonly run: string; readonly list: number }) {
  const resource = useResource(`${run} ${id}`, async (signal) => {
    const list = (await loadLists(run)).find((known) => known.id === id);
    if (list === undefined) throw new Error(`There is no list ${id} in ${run}.`);
    return loadDictionaries(run, list.items, signal);
  });
  const list = readLists(run).value.find((known) => known.id === id);
  useTitle(list === undefined ? `List ${id} of ${run}` : list.title);
  return (
    <>
      <div class="page-head">
        <h1>{list === undefined ? `List ${id}` : <SafeText text={list.title} />}</h1>
        {list !== undefined && (
          <p class="note">
            {list.items.length} {list.items.length === 1 ? "feature" : "features"} of {run}
          </p>
        )}
      </div>
      <LoadState resource={resource} what="the list" />
      {list !== undefined && <LoadedList run={run} list={list} dictionaries={resource.value ?? new Map()} />}
    </>
  );
}

function LoadedList(props: {
  readonly run: string;
  readonly list: FeatureList;
  readonly dictionaries: ReadonlyMap<string, DictionaryData>;
}) {
  const { run, list } = props;
  const { writable } = readSession().value;
  const find: FindAnnotation = ({ dictionary, feature }) =>
    readAnnotations(`${run}-${dictionary}`).value.byFeature.get(feature);
  const change = (part: Partial<ListChange>) =>
    changeList(run, list.id, { title: list.title, items: list.items, ...part }).catch(sayFailure);
  const remove = () =>
    deleteList(run, list.id).then(() => {
      navigate("/lists");
      say("List deleted.");
    }, sayFailure);
  const file = `${run}-list-${list.id}`;
  return (
    <>
      <ListTools
        title={list.title}
        writable={writable}
        onTitle={(title) => change({ title })}
        onDelete={remove}
        onSaveCsv={() => saveFile(file, "csv", renderCsv(tabulateList(list, find)))}
        onSaveJson={() => saveFile(file, "json", `${JSON.stringify(describeList(run, list, find), null, 2)}\n`)}
      />
      <ListItems
        run={run}
        items={list.items}
        dictionaries={props.dictionaries}
        find={find}
        writable={writable}
        onChange={(items) => change({ items })}
      />
    </>
  );
}

/** The data of the dictionaries that items are of; those that cannot be looked at now are left out. */
async function loadDictionaries(
  run: string,
  items: readonly ListItem[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, DictionaryData>> {
  const loaded = new Map<string, DictionaryData>();
  for (const name of new Set(items.map(({ dictionary }) => dictionary))) {
    const data = await loadDictionary(`${run}-${name}`, signal).catch(() => undefined);
    if (data !== undefined) loaded.set(name, data);
  }
  return loaded;
}
