import { useId } from "preact/hooks";
import type { Automaton, DescribedEdge } from "../../../src/analysis/automata/automata.ts";
import { STATE_LETTERS } from "../../data/automata-data.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { formatPercent } from "../../text/format-number.ts";
import { showUnseen } from "../../text/visible-text.ts";
import { DRAWING, drawEdge, type Point, placeStates } from "./place-states.ts";

const LABEL_TOKENS = 3;
const LABEL_LENGTH = 8;

/** An automaton as a drawing: its states in a circle, each edge with its most frequent tokens and how often it is followed. */
export function AutomatonGraph(props: {
  readonly automaton: Automaton;
  readonly names: TokenNames;
  readonly address: (feature: number) => string;
}) {
  const { automaton, names, address } = props;
  const { states, edges } = automaton;
  const places = placeStates(states.length);
  const arrow = `arrow-${useId().replace(/[^a-z0-9]/gi, "")}`;
  const { width, height } = DRAWING;
  return (
    <div class="chart-body">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no set of form fields */}
      <svg
        class="automaton-graph"
        role="group"
        aria-label={describe(automaton)}
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
      >
        <marker id={arrow} viewBox="0 0 8 8" refX="2" refY="4" markerWidth="8" markerHeight="8" orient="auto">
          <path class="arrow-head" d="M0,0 L8,4 L0,8 Z" />
        </marker>
        {edges.map((edge, place) => (
          <EdgeMark
            key={edge.source}
            edge={edge}
            names={names}
            from={places[place]!}
            to={places[(place + 1) % places.length]!}
            arrow={arrow}
          />
        ))}
        {states.map((feature, state) => (
          <StateMark key={feature} feature={feature} state={state} at={places[state]!} address={address(feature)} />
        ))}
      </svg>
    </div>
  );
}

function StateMark(props: {
  readonly feature: number;
  readonly state: number;
  readonly at: Point;
  readonly address: string;
}) {
  const { feature, state, at } = props;
  return (
    <a class={`state-mark state-${state}`} href={props.address}>
      <circle cx={at.x} cy={at.y} r={DRAWING.radius} />
      <text x={at.x} y={at.y - 2}>
        <tspan class="state-letter">{STATE_LETTERS[state]}</tspan>{" "}
        <tspan x={at.x} dy="18">
          {feature}
        </tspan>
      </text>
    </a>
  );
}

function EdgeMark(props: {
  readonly edge: DescribedEdge;
  readonly names: TokenNames;
  readonly from: Point;
  readonly to: Point;
  readonly arrow: string;
}) {
  const { edge, names, from, to, arrow } = props;
  const { path, label } = drawEdge(from, to);
  const tokens = edge.tokens.filter(({ count }) => count > 0).slice(0, LABEL_TOKENS);
  return (
    <g class="edge-mark">
      <path d={path} marker-end={`url(#${arrow})`} />
      <text x={label.x} y={label.y - 4} text-anchor={label.anchor} class="edge-tokens">
        {tokens.map(({ token }) => shorten(names.text(token))).join(" ")}
      </text>
      <text x={label.x} y={label.y + 12} text-anchor={label.anchor}>
        {formatPercent(edge.followed)}
      </text>
    </g>
  );
}

function shorten(text: string): string {
  const shown = showUnseen(text.replaceAll(" ", "␣"))
    .map((part) => part.text)
    .join("");
  return shown.length > LABEL_LENGTH ? `${shown.slice(0, LABEL_LENGTH - 1)}…` : shown;
}

function describe({ states, edges }: Automaton): string {
  const steps = edges.map(
    ({ source, target, followed }) =>
      `feature ${source} is followed by ${target} ${formatPercent(followed)} of the time`,
  );
  return `${states.length === 1 ? "A self-loop" : `A circle of ${states.length} states`}: ${steps.join(", ")}`;
}
