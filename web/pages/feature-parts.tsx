import { useEffect } from "preact/hooks";
import { FeatureActions } from "../components/feature/feature-actions.tsx";
import { FeaturePager } from "../components/feature/feature-pager.tsx";
import { LabelEditor } from "../components/feature/label-editor.tsx";
import { readAnnotations, saveAnnotation } from "../data/annotations.ts";
import { type DictionaryData, loadRecord } from "../data/dictionary-data.ts";
import { BOOKMARKS, createList, isListed, readLists, toggleBookmark, toggleFeature } from "../data/feature-lists.ts";
import { findNeighbours } from "../data/feature-neighbours.ts";
import { parseSelection } from "../data/feature-order.ts";
import { say, sayFailure } from "../data/notice.ts";
import { saveFeature } from "../data/save-feature.ts";
import { readSession } from "../data/session.ts";
import { addressFeature, addressVersion } from "../data/share-feature.ts";
import { useFeatureOrder } from "../data/use-feature-order.ts";
import { whenIdle } from "../data/when-idle.ts";
import { isEmbedded, pageLocation, shareAddress } from "../location-state.ts";
import { formatCount } from "../text/format-number.ts";

interface FeaturePartProps {
  readonly data: DictionaryData;
  readonly feature: number;
}

/** A feature's label, and the way to change it. */
export function FeatureLabel({ data, feature }: FeaturePartProps) {
  const { id } = data.summary;
  return (
    <LabelEditor
      key={feature}
      label={readAnnotations(id).value.byFeature.get(feature)?.label ?? ""}
      writable={readSession().value.writable && !isEmbedded.value}
      onSave={(label) => saveAnnotation(id, feature, { label }).then(() => say("Label saved."))}
    />
  );
}

/** What can be done with a feature: kept on lists, given to others, tried out. */
export function FeatureTools(props: FeaturePartProps & { readonly onExplain: () => void }) {
  const { data, feature } = props;
  const { id, run, name } = data.summary;
  const lists = readLists(run).value;
  const bookmarks = lists.find(({ title }) => title === BOOKMARKS);
  const bookmarked = bookmarks !== undefined && isListed(bookmarks, name, feature);
  const { query } = pageLocation.value;
  return (
    <FeatureActions
      feature={feature}
      dictionary={name}
      lists={lists}
      bookmarked={bookmarked}
      writable={readSession().value.writable}
      addresses={{
        share: shareAddress(addressVersion(id, data.pack.dictionarySha256, feature, query)),
        prompt: `/d/${id}/prompt?f=${feature}`,
        steer: `/d/${id}/steer?f=${feature}`,
      }}
      onBookmark={() =>
        toggleBookmark(run, name, feature).then(
          () => say(bookmarked ? "Taken off the bookmarks." : "Bookmarked."),
          sayFailure,
        )
      }
      onToggle={(list) => toggleFeature(run, list, name, feature).catch(sayFailure)}
      onNewList={(title) => createList(run, title).then((list) => toggleFeature(run, list, name, feature))}
      onSave={() => saveFeature(data, feature).then(() => say("Saved as a file that opens by itself."), sayFailure)}
      onExplain={props.onExplain}
    />
  );
}

/** To the features before and after in the table's order and filter; their records are fetched ahead. */
export function FeaturePages({ data, feature }: FeaturePartProps) {
  const { query } = pageLocation.value;
  const order = useFeatureOrder(data.summary.id, data, parseSelection(query));
  const { place, previous, next } = findNeighbours(order, feature);
  const ahead = [next, previous, order[place + 2]];
  useEffect(() => {
    // Also when one goes on before: who holds a key down needs them all the more.
    whenIdle(() => {
      for (const neighbour of ahead) if (neighbour !== undefined) loadRecord(data, neighbour).catch(() => undefined);
    });
  }, [data, ...ahead]);
  const address = (other: number | undefined) =>
    other === undefined ? undefined : addressFeature(data.summary.id, other, query);
  return (
    <FeaturePager
      previous={address(previous)}
      next={address(next)}
      place={place < 0 ? "outside the filter" : `${formatCount(place + 1)} of ${formatCount(order.length)}`}
      random={() => address(drawAlive(data))}
    />
  );
}

/** Any feature that fires; a page may draw it by chance, since nothing that is kept depends on it. */
function drawAlive({ table: { firings } }: DictionaryData): number | undefined {
  const alive = [...firings.keys()].filter((feature) => firings[feature]! > 0);
  return alive[Math.floor(Math.random() * alive.length)];
}
