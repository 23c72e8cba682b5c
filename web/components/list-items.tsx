import type { ListItem } from "../../src/server/api.ts";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { type FindAnnotation, moveItem } from "../data/list-file.ts";
import { say } from "../data/notice.ts";
import { FeatureGlimpse } from "./feature-glimpse.tsx";
import { FeatureLink } from "./feature-link.tsx";
import { SafeText } from "./safe-text.tsx";

const SHOWN_EXAMPLES = 3;

/** What the items of a list need. */
export interface ListItemsProps {
  readonly run: string;
  readonly items: readonly ListItem[];
  /** Those that can be looked at, by their names within the run. */
  readonly dictionaries: ReadonlyMap<string, DictionaryData>;
  readonly find: FindAnnotation;
  readonly writable: boolean;
  readonly onChange: (items: readonly ListItem[]) => void;
}

/** The features of a list in its order, each with its label, its strongest examples and a note. */
export function ListItems(props: ListItemsProps) {
  const { items, writable } = props;
  if (items.length === 0)
    return <p class="pending">Nothing is on this list yet: a feature's page puts features on lists.</p>;
  return (
    <ol class="list-items">
      {items.map((item, place) => (
        <li class="card list-item" key={`${item.dictionary} ${item.feature}`}>
          <ItemHead {...props} item={item} place={place} />
          <ItemGlimpse {...props} item={item} />
          {writable ? (
            <input
              class="item-note"
              aria-label={`Note on feature ${item.feature}`}
              placeholder="Note"
              dir="auto"
              maxLength={2000}
              defaultValue={item.note}
              onChange={({ currentTarget: { value } }) =>
                props.onChange(items.with(place, { ...item, note: value.trim() }))
              }
            />
          ) : (
            item.note !== "" && (
              <p class="note">
                <SafeText text={item.note} />
              </p>
            )
          )}
        </li>
      ))}
    </ol>
  );
}

function ItemHead(props: ListItemsProps & { readonly item: ListItem; readonly place: number }) {
  const { items, item, place, writable } = props;
  const move = (to: number) => {
    props.onChange(moveItem(items, place, to));
    say(`Feature ${item.feature} is number ${to + 1} of ${items.length} now.`);
  };
  return (
    <div class="card-head">
      <h2>
        <ItemLink {...props} />
      </h2>
      {writable && (
        <span class="item-tools">
          <ItemAction name="Move up" sign="↑" off={place === 0} onPress={() => move(place - 1)} />
          <ItemAction name="Move down" sign="↓" off={place === items.length - 1} onPress={() => move(place + 1)} />
          <ItemAction
            name={`Take feature ${item.feature} off the list`}
            sign="✕"
            off={false}
            onPress={() => props.onChange(items.toSpliced(place, 1))}
          />
        </span>
      )}
    </div>
  );
}

function ItemLink({ run, item, dictionaries, find }: ListItemsProps & { readonly item: ListItem }) {
  const data = dictionaries.get(item.dictionary);
  const address = `/d/${run}-${item.dictionary}/f/${item.feature}`;
  if (data === undefined) return <a href={address}>{`${item.dictionary} ${item.feature}`}</a>;
  return (
    <>
      {item.dictionary !== "main" && `${item.dictionary} `}
      <FeatureLink data={data} feature={item.feature} label={find(item)?.label} address={address} />
    </>
  );
}

function ItemGlimpse({ item, dictionaries }: ListItemsProps & { readonly item: ListItem }) {
  const data = dictionaries.get(item.dictionary);
  return data === undefined ? null : <FeatureGlimpse data={data} feature={item.feature} count={SHOWN_EXAMPLES} />;
}

function ItemAction(props: {
  readonly name: string;
  readonly sign: string;
  readonly off: boolean;
  readonly onPress: () => void;
}) {
  return (
    <button type="button" class="quiet-button" aria-label={props.name} disabled={props.off} onClick={props.onPress}>
      {props.sign}
    </button>
  );
}
