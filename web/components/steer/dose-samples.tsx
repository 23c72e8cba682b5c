import type { TokenNames } from "../../data/token-names.ts";
import type { Dose } from "../../data/use-dose.ts";
import { formatPercent, formatSignificant } from "../../text/format-number.ts";
import { mergeTokens } from "../../text/merge-tokens.ts";
import { showUnseen } from "../../text/visible-text.ts";
import { renderVisible } from "../render-visible.tsx";
import { ScrollRegion } from "../scroll-region.tsx";
import { TokenChip } from "../token-chip.tsx";

const TOKENS = 3;

/** For each dose the likeliest next tokens and what the model then writes. */
export function DoseSamples({
  doses,
  maximum,
  names,
}: {
  readonly doses: readonly Dose[];
  readonly maximum: number;
  readonly names: TokenNames;
}) {
  return (
    <section class="card dose-samples-card" aria-labelledby="dose-samples-title">
      <h2 id="dose-samples-title">What follows at each dose</h2>
      <ScrollRegion label="Doses and samples">
        <table class="dose-samples">
          <thead>
            <tr>
              <th scope="col">held at</th>
              <th scope="col">likeliest next</th>
              <th scope="col">then the model writes</th>
            </tr>
          </thead>
          <tbody>
            {doses.map(({ value, topTokens, sample }) => (
              <tr key={value}>
                <th scope="row">
                  {formatSignificant(value)} <small>{(value / maximum).toFixed(2)} ×</small>
                </th>
                <td>
                  {topTokens.slice(0, TOKENS).map(({ token, probability }) => (
                    <span class="dose-token" key={token}>
                      <TokenChip text={names.text(token)} /> {formatPercent(probability)}
                    </span>
                  ))}
                </td>
                <td>
                  <bdi class="dose-text">
                    {mergeTokens(sample.map(names.bytes)).map(({ text }) => renderVisible(showUnseen(text)))}
                  </bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}
