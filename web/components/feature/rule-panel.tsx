import { wilsonInterval } from "../../../src/numerics/wilson-interval.ts";
import type { ShownGroup } from "../../data/example-groups.ts";
import { type ExampleRule, RULE_KINDS } from "../../data/example-rule.ts";
import type { RuleMarks, RuleState } from "../../data/rule-context.ts";
import { Panel, type PanelFrame } from "../panel.tsx";
import { ScrollRegion } from "../scroll-region.tsx";
import { Segments, Toggle } from "../segments.tsx";

/** What the panel needs. */
export interface RulePanelProps {
  readonly rule: ExampleRule;
  /** What is in the field, which the address follows. */
  readonly text: string;
  readonly state: RuleState;
  readonly groups: readonly ShownGroup[];
  readonly frame: PanelFrame;
  readonly onText: (text: string) => void;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}

/** A rule of the reader's own, tried on the examples: which share of those of each group it holds for. */
export function RulePanel(props: RulePanelProps) {
  const { rule, state, groups } = props;
  const rows = state.kind === "marked" ? countMatches(groups, state.marks) : [];
  const table = {
    columns: ["group", "examples", "matches"],
    rows: rows.map((row) => [row.title, row.examples, row.hits]),
  };
  return (
    <Panel name="rule" frame={props.frame} data={() => ({ table, json: { rule, groups: rows } })}>
      <Segments
        legend="Kind of rule"
        name="rule-kind"
        choices={RULE_KINDS}
        value={rule.kind}
        onChoose={(kind) => props.onChange({ rk: kind === "tokens" ? kind : "" })}
      />
      <label class="field">
        <span>{rule.kind === "pattern" ? "A token counts within a match of" : "Tokens, told apart by |"}</span>
        <input
          type="text"
          class="wide-field"
          value={props.text}
          placeholder={rule.kind === "pattern" ? "[\\u0600-\\u06ff]+" : " much|much"}
          spellcheck={false}
          autocomplete="off"
          maxLength={1000}
          onInput={(event) => props.onText(event.currentTarget.value)}
        />
      </label>
      {rule.kind === "pattern" && (
        <Toggle
          title="ignore case"
          checked={rule.ignoresCase}
          onChange={(ignores) => props.onChange({ ri: ignores ? "1" : "" })}
        />
      )}
      <p class="note" role="status">
        {describeState(state)}
      </p>
      {rows.length > 0 && <Matches rows={rows} />}
    </Panel>
  );
}

interface MatchRow {
  readonly title: string;
  readonly examples: number;
  readonly hits: number;
}

function Matches({ rows }: { readonly rows: readonly MatchRow[] }) {
  return (
    <ScrollRegion label="Share of the examples that match">
      <table class="figures tight">
        <thead>
          <tr>
            <th scope="col">examples</th>
            <th scope="col">match</th>
            <th scope="col">share, 95 %</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ title, examples, hits }) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              <td>
                {hits} of {examples}
              </td>
              <td>{describeShare(hits, examples)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function describeShare(hits: number, examples: number): string {
  const share = hits / examples;
  const percent = (value: number) => Math.round(100 * value);
  return `${percent(share)} % (${wilsonInterval(share, examples).map(percent).join("–")})`;
}

function describeState(state: RuleState): string {
  switch (state.kind) {
    case "none":
      return "Type a rule: the tokens it matches are framed in the examples, and counted by activation.";
    case "working":
      return "Looking…";
    case "failed":
      return state.problem;
    case "marked":
      return "Of the examples shown, those whose middle token matches; framed in them is every token that does. A window is matched as a text of its own.";
    default:
      return state satisfies never;
  }
}

function countMatches(groups: readonly ShownGroup[], marks: RuleMarks): MatchRow[] {
  return groups
    .filter(({ examples }) => examples.length > 0)
    .map(({ title, examples }) => ({
      title,
      examples: examples.length,
      hits: examples.filter((example) => marks.get(example)?.[(example.tokens.length - 1) / 2] === 1).length,
    }));
}
