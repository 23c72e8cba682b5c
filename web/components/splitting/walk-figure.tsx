import { DataTable } from "../../charts/data-table.tsx";
import { useWidth } from "../../charts/use-width.ts";
import type { Walk } from "../../data/splitting-view.ts";
import { formatCount } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";

/** What a walk through the levels is drawn from. */
export interface WalkFigureProps {
  readonly walk: Walk;
  readonly sizes: readonly number[];
  readonly chosen: { readonly level: number; readonly feature: number };
  readonly label: (level: number, feature: number) => string;
  readonly address: (level: number, feature: number) => string | undefined;
}

const ROW = 26;
const HEAD = 28;
const NARROWEST_COLUMN = 150;
const NODE_SHARE = 0.62;
const LONGEST_NODE = 190;

/** The parents of a feature and theirs, its children and theirs, size by size from left to right; each leads on. */
export function WalkFigure(props: WalkFigureProps) {
  const { walk, sizes, label } = props;
  const { ref, width } = useWidth<HTMLDivElement>();
  const title = `Where feature ${props.chosen.feature} comes from and what it splits into`;
  return (
    <figure class="chart walk">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="readout">the strongest at each size</span>
      </figcaption>
      <ScrollRegion label={title}>
        <div ref={ref} class="chart-body">
          {width > 0 && <Drawing {...props} title={title} width={Math.max(width, sizes.length * NARROWEST_COLUMN)} />}
        </div>
      </ScrollRegion>
      <DataTable
        caption={title}
        columns={["of", "feature", "of", "feature", "masked cosine"]}
        rows={() =>
          walk.edges.map(({ level, coarse, fine, cosine }) => [
            formatCount(sizes[level]!),
            label(level, coarse),
            formatCount(sizes[level + 1]!),
            label(level + 1, fine),
            cosine.toFixed(3),
          ])
        }
      />
    </figure>
  );
}

function Drawing(props: WalkFigureProps & { readonly title: string; readonly width: number }) {
  const { walk, sizes, width } = props;
  const column = width / sizes.length;
  const node = Math.min(LONGEST_NODE, column * NODE_SHARE);
  const longest = Math.max(...walk.levels.map((nodes) => nodes.length));
  const height = HEAD + longest * ROW + 8;
  const left = (level: number) => (sizes.length === 1 ? 0 : (level * (width - node)) / (sizes.length - 1));
  const middle = (level: number, feature: number) => {
    const nodes = walk.levels[level]!;
    const place = nodes.findIndex((own) => own.feature === feature);
    return HEAD + (longest * ROW) / 2 + (place - (nodes.length - 1) / 2) * ROW;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing is no set of form fields
    <svg role="group" aria-label={props.title} width={width} height={height}>
      {sizes.map((size, level) => (
        <text class="axis-label" x={left(level)} y="14" key={level}>
          of {formatCount(size)}
        </text>
      ))}
      {walk.edges.map(({ level, coarse, fine, cosine }) => (
        <line
          key={`${level} ${coarse} ${fine}`}
          class="walk-edge"
          x1={left(level) + node}
          y1={middle(level, coarse)}
          x2={left(level + 1)}
          y2={middle(level + 1, fine)}
          stroke-width={0.5 + 3.5 * cosine ** 2}
        />
      ))}
      {walk.levels.map((nodes, level) =>
        nodes.map(({ feature }) => (
          <Node
            {...props}
            key={`${level} ${feature}`}
            level={level}
            feature={feature}
            box={{ x: left(level), y: middle(level, feature), width: node }}
          />
        )),
      )}
    </svg>
  );
}

function Node(
  props: WalkFigureProps & {
    readonly level: number;
    readonly feature: number;
    readonly box: { readonly x: number; readonly y: number; readonly width: number };
  },
) {
  const { level, feature, box, chosen } = props;
  const isChosen = chosen.level === level && chosen.feature === feature;
  const text = props.label(level, feature);
  const letters = Math.floor((box.width - 12) / 7);
  const marks = (
    <>
      <rect x={box.x} y={box.y - 11} width={box.width} height="22" rx="5" />
      <text x={box.x + 6} y={box.y + 4}>
        {text.length > letters ? `${text.slice(0, letters - 1)}…` : text}
      </text>
    </>
  );
  const address = props.address(level, feature);
  if (isChosen || address === undefined) return <g class={`walk-node ${isChosen ? "chosen" : ""}`}>{marks}</g>;
  return (
    <a class="walk-node" href={address} aria-label={`Feature ${text} of ${formatCount(props.sizes[level]!)}`}>
      {marks}
    </a>
  );
}
