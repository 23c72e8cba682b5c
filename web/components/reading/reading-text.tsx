import { useMemo, useState } from "preact/hooks";
import type { TokenCluster } from "../../text/merge-tokens.ts";
import { moveFocus } from "./move-focus.ts";
import { ReadingToken } from "./reading-token.tsx";

/** A text as clusters of tokens, and what happens when someone points at one. */
export interface ReadingTextProps {
  readonly label: string;
  /** Clusters by context; each context is a paragraph of its own. */
  readonly contexts: readonly (readonly TokenCluster[])[];
  /** Classes of the tokens from place `start` up to `end`. */
  readonly look: (start: number, end: number) => string;
  readonly chosen: number | null;
  readonly onPoint: (place: number | undefined) => void;
  readonly onChoose?: (place: number) => void;
  readonly language?: string;
}

/** A text to be read token by token: pointing, tapping, or Tab and the arrow keys. */
export function ReadingText(props: ReadingTextProps) {
  const { contexts, chosen, onPoint, onChoose } = props;
  const [stop, setStop] = useState(0);
  const last = contexts.at(-1)?.at(-1)?.end ?? 0;
  const point = (event: Event) => {
    const place = findPlace(event);
    if (event.type === "focusin" && place !== undefined) setStop(place);
    onPoint(place);
  };
  const choose = (event: Event) => {
    const place = findPlace(event);
    if (place !== undefined) onChoose?.(place);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(event);
    } else moveFocus(event);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be laid out as a form
    // biome-ignore lint/a11y/useKeyWithMouseEvents: focusing is heard where it bubbles
    <div
      class="reading"
      role="group"
      aria-label={props.label}
      lang={props.language}
      onMouseOver={point}
      onFocusIn={point}
      onMouseLeave={() => onPoint(undefined)}
      onClick={choose}
      onKeyDown={onKeyDown}
    >
      {contexts.map((clusters, index) => (
        <Context {...props} key={index} clusters={clusters} stop={stop < last ? stop : 0} chosen={chosen} />
      ))}
    </div>
  );
}

/** The tokens of one context; drawn anew only when something in it looks different. */
function Context(props: ReadingTextProps & { readonly clusters: readonly TokenCluster[]; readonly stop: number }) {
  const { clusters, look, stop, chosen } = props;
  const [first, end] = [clusters[0]!.start, clusters.at(-1)!.end];
  const looks = clusters.map((cluster) => look(cluster.start, cluster.end));
  const within = (place: number | null) => (place !== null && place >= first && place < end ? place : -1);
  return useMemo(
    () => (
      <p class="reading-context" dir="auto">
        {clusters.map((cluster, index) => (
          <ReadingToken
            key={cluster.start}
            place={cluster.start}
            text={cluster.text}
            look={looks[index]!}
            isStop={stop >= cluster.start && stop < cluster.end}
            isChosen={chosen !== null && chosen >= cluster.start && chosen < cluster.end}
          />
        ))}
      </p>
    ),
    [clusters, looks.join(), within(stop), within(chosen)],
  );
}

function findPlace(event: Event): number | undefined {
  const token = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-place]") : null;
  return token === null ? undefined : Number(token.dataset.place);
}
