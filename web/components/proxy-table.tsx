import type { ProxyFinding, SingleMatch, Specificity } from "../../src/analysis/specificity.ts";
import { formatCount } from "../text/format-number.ts";
import { ScrollRegion } from "./scroll-region.tsx";

const COLUMNS = [
  "proxy",
  "best feature",
  "precision",
  "recall",
  "F1",
  "F1 at best threshold",
  "F1 of up to five",
  "best neuron",
  "its F1 at best threshold",
];

/** The feature that stands for each script or kind of text, and how well, beside the best neuron. */
export function ProxyTable({ dictionary, search }: { readonly dictionary: string; readonly search: Specificity }) {
  return (
    <section class="section card" aria-labelledby="proxies-title">
      <h2 id="proxies-title">Features of scripts and kinds of text</h2>
      <ScrollRegion label="Features of scripts and kinds of text">
        <table class="figures">
          <thead>
            <tr>
              {COLUMNS.map((title) => (
                <th scope="col" key={title}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {search.findings.map((finding) => (
              <tr key={finding.proxy}>
                <th scope="row" title={finding.rule}>
                  {finding.title}
                </th>
                <ProxyCells dictionary={dictionary} finding={finding} />
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p class="note">
        Chosen on one half of the text, judged token by token on the other ({formatCount(search.tokens.judgement)}{" "}
        tokens). A feature or neuron counts as firing above zero, or above the best of {search.thresholds.count}{" "}
        thresholds where the column says so.
      </p>
    </section>
  );
}

function ProxyCells({ dictionary, finding }: { readonly dictionary: string; readonly finding: ProxyFinding }) {
  if (finding.kind === "absent")
    return (
      <td class="soft" colSpan={COLUMNS.length - 1}>
        not in this text
      </td>
    );
  const { feature, union, neuron } = finding;
  const { byF1: best } = feature;
  return (
    <>
      <td>{best === null ? "none" : <a href={`/d/${dictionary}/f/${best.index}`}>{best.index}</a>}</td>
      <td>{best?.precision.toFixed(3)}</td>
      <td>{best?.recall.toFixed(3)}</td>
      <td>{renderScore(best)}</td>
      <td>{renderScore(feature.byF1WithThreshold)}</td>
      <td>{union === null ? "none" : `${union.f1.toFixed(3)} (${union.features.length})`}</td>
      <td>{neuron.byF1WithThreshold?.index ?? "none"}</td>
      <td>{renderScore(neuron.byF1WithThreshold)}</td>
    </>
  );
}

function renderScore(match: SingleMatch | null): string {
  return match === null ? "none" : match.f1.toFixed(3);
}
