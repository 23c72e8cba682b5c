import type { FeatureList } from "../../../src/server/api.ts";
import { copyText } from "../../data/copy-text.ts";
import { isListed } from "../../data/feature-lists.ts";
import { useKeys } from "../../data/use-keys.ts";
import { Menu } from "../menu.tsx";
import { NewList } from "../new-list.tsx";
import { SafeText } from "../safe-text.tsx";

/** What can be done with a feature. */
export interface FeatureActionsProps {
  readonly feature: number;
  /** Name of the dictionary within its run. */
  readonly dictionary: string;
  readonly lists: readonly FeatureList[];
  readonly bookmarked: boolean;
  readonly writable: boolean;
  readonly addresses: { readonly share: string; readonly prompt: string; readonly steer: string };
  readonly onBookmark: () => void;
  readonly onToggle: (list: FeatureList) => void;
  readonly onNewList: (title: string) => Promise<void>;
  readonly onSave: () => void;
  readonly onExplain: () => void;
}

/** Keeping a feature, giving it to others, trying it out. */
export function FeatureActions(props: FeatureActionsProps) {
  const { addresses, bookmarked, writable } = props;
  const share = () => copyText(addresses.share, "Link");
  useKeys(writable ? { y: share, b: props.onBookmark } : { y: share });
  return (
    <div class="feature-actions">
      <a class="button" href={addresses.prompt}>
        Try it on your text
      </a>
      <a class="button" href={addresses.steer}>
        Steer with it
      </a>
      {writable && (
        <>
          <button type="button" class="button" aria-pressed={bookmarked} onClick={props.onBookmark}>
            <span aria-hidden="true">{bookmarked ? "★" : "☆"}</span> Bookmark
          </button>
          <Menu label="Lists" look="button" sign="Lists ▾">
            <ListChoices {...props} />
          </Menu>
        </>
      )}
      <button type="button" class="button" onClick={share}>
        Copy link
      </button>
      <button type="button" class="button" onClick={props.onSave}>
        Save as HTML
      </button>
      <button type="button" class="link-button" onClick={props.onExplain}>
        How was this computed?
      </button>
    </div>
  );
}

function ListChoices({ lists, dictionary, feature, onToggle, onNewList }: FeatureActionsProps) {
  return (
    <>
      {lists.map((list) => (
        <label class="menu-choice" key={list.id}>
          <input type="checkbox" checked={isListed(list, dictionary, feature)} onChange={() => onToggle(list)} />
          <SafeText text={list.title} />
        </label>
      ))}
      <NewList action="Add" onCreate={onNewList} />
    </>
  );
}
