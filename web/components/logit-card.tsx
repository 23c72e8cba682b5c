import type { LogitWeights, TokenWeight } from "../../src/features/feature-record.ts";
import { Histogram } from "../charts/histogram.tsx";
import type { TokenNames } from "../data/token-names.ts";
import { TokenChip } from "./token-chip.tsx";

/** What a feature makes more and less likely as the next token. */
export function LogitCard({ logits, names }: { readonly logits: LogitWeights; readonly names: TokenNames }) {
  const scale = Math.max(Math.abs(logits.minimum), Math.abs(logits.maximum));
  return (
    <section class="card" aria-labelledby="logits-title">
      <h2 id="logits-title">Effect on the next token</h2>
      <div class="logit-lists">
        <LogitList title="Raised most" weights={logits.positive} names={names} scale={scale} />
        <LogitList title="Lowered most" weights={logits.negative} names={names} scale={scale} />
      </div>
      <Histogram
        title="Logit weights of all tokens"
        xLabel="logit weight"
        unit="tokens"
        counts={logits.histogram}
        start={logits.minimum}
        end={logits.maximum}
        yScale="sqrt"
        height={130}
        format={formatWeight}
      />
      <p class="note">
        Direct path to the logits at a constant layer-norm scale, shifted so that the median token is at 0.
      </p>
    </section>
  );
}

function LogitList({
  title,
  weights,
  names,
  scale,
}: {
  readonly title: string;
  readonly weights: readonly TokenWeight[];
  readonly names: TokenNames;
  readonly scale: number;
}) {
  return (
    <table class="logit-list">
      <caption>{title}</caption>
      <tbody>
        {weights.map(({ token, weight }) => (
          <tr key={token}>
            <th scope="row">
              <TokenChip text={names.text(token)} />
            </th>
            <td>
              <svg class="weight-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                <rect class="bar" width={(100 * Math.abs(weight)) / scale} height="6" />
              </svg>
            </td>
            <td class="weight">{formatWeight(weight)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function formatWeight(value: number): string {
  return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}
