import type { ErrorTerm } from "../../../src/steering/intervention.ts";
import { LineChart } from "../../charts/line-chart.tsx";
import type { Series } from "../../charts/line-scales.ts";
import type { TokenNames } from "../../data/token-names.ts";
import type { Dose } from "../../data/use-dose.ts";
import type { LiveAnswer } from "../../data/use-live-answer.ts";
import { formatPercent, formatSignificant } from "../../text/format-number.ts";
import { showToken } from "../../text/visible-text.ts";
import { ChoiceGroup } from "../choice-group.tsx";
import { LiveState } from "../live/live-state.tsx";

const TONES = ["accent", "ink", "soft"] as const;

/** What grows and what shrinks as one feature is held at more and more. */
export function DoseResponse({
  names,
  features,
  feature,
  maximum,
  errorTerm,
  answer,
  onChange,
}: {
  readonly names: TokenNames;
  /** Features to choose from. */
  readonly features: readonly number[];
  readonly feature: number;
  readonly maximum: number;
  readonly errorTerm: ErrorTerm;
  readonly answer: LiveAnswer<readonly Dose[]>;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}) {
  const doses = answer.value ?? [];
  const place = ({ value }: Dose) => value / maximum;
  const loss: Series = {
    name: "loss on the prompt",
    tone: "accent",
    dots: true,
    points: doses.map((dose) => ({ x: place(dose), y: dose.loss })),
  };
  const chart = { xLabel: "held at, times its maximum", formatX: (x: number) => x.toFixed(2), height: 200 };
  return (
    <section class={`card ${answer.stale ? "stale" : ""}`} aria-labelledby="dose-title">
      <h2 id="dose-title">Dose and response of feature {feature}</h2>
      <div class="dose-controls">
        {features.length > 1 && (
          <label class="field">
            <span>Feature</span>
            <select value={feature} onChange={(event) => onChange({ dose: event.currentTarget.value })}>
              {features.map((other) => (
                <option value={other} key={other}>
                  {other}
                </option>
              ))}
            </select>
          </label>
        )}
        <ChoiceGroup
          legend="Error term"
          name="dose-error"
          choices={{ keep: "kept", drop: "dropped" }}
          value={errorTerm}
          onChange={(value) => onChange({ "dose-error": value === "keep" ? "" : value })}
        />
      </div>
      <p class="note">This feature alone is held, at each of nine values; what is set for others is left out.</p>
      {maximum === 0 && <p class="note">This feature never fired: it has no maximum to hold it at.</p>}
      <LiveState answer={answer} what="the doses" />
      {doses.length > 0 && (
        <div class="dose-charts">
          <LineChart {...chart} title="Loss" series={[loss]} formatY={(y) => `${formatSignificant(y)} nats`} />
          <LineChart
            {...chart}
            title="Next token"
            series={listTokenSeries(doses, names, place)}
            formatY={formatPercent}
          />
        </div>
      )}
    </section>
  );
}

/** The three tokens that are likeliest at some dose. */
function listTokenSeries(doses: readonly Dose[], names: TokenNames, place: (dose: Dose) => number): Series[] {
  const highest = new Map<number, number>();
  for (const { token, probability } of doses.flatMap(({ topTokens }) => topTokens))
    highest.set(token, Math.max(probability, highest.get(token) ?? 0));
  const tokens = [...highest].sort(([, a], [, b]) => b - a).slice(0, TONES.length);
  return tokens.map(([token], index) => ({
    name: showToken(names.text(token))
      .map(({ text }) => text)
      .join(""),
    tone: TONES[index]!,
    dots: true,
    points: doses.map((dose) => ({
      x: place(dose),
      y: dose.topTokens.find((entry) => entry.token === token)?.probability ?? 0,
    })),
  }));
}
