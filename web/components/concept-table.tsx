import type { ConceptFinding, ConceptSearch, SingleMatch } from "../../src/analysis/search-concepts.ts";
import { formatCount } from "../text/format-number.ts";
import { ScrollRegion } from "./scroll-region.tsx";

/** The feature that stands for each script or kind of text, and how well, beside the best neuron. */
export function ConceptTable({ dictionary, search }: { readonly dictionary: string; readonly search: ConceptSearch }) {
  return (
    <section class="section card">
      <h2>Features of scripts and kinds of text</h2>
      <ScrollRegion label="Features of scripts and kinds of text">
        <table class="figures">
          <thead>
            <tr>
              {[
                "concept",
                "best feature",
                "precision",
                "recall",
                "F1",
                "Pearson",
                "up to five features, F1",
                "best neuron, F1",
              ].map((title) => (
                <th scope="col" key={title}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {search.findings.map((finding) => (
              <tr key={finding.concept}>
                <th scope="row" title={finding.rule}>
                  {finding.concept}
                </th>
                <ConceptCells dictionary={dictionary} finding={finding} />
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p class="note">
        Chosen on one half of the text, judged token by token on the other ({formatCount(search.tokens.judgement)}{" "}
        tokens). A neuron may choose its threshold; a feature fires above zero.
      </p>
    </section>
  );
}

function ConceptCells({ dictionary, finding }: { readonly dictionary: string; readonly finding: ConceptFinding }) {
  if (finding.kind === "absent")
    return (
      <td class="soft" colSpan={7}>
        not in this text
      </td>
    );
  const { feature, union, neuron } = finding;
  const best = feature.byF1;
  const score = (name: "precision" | "recall" | "f1" | "pearson") => best?.[name].toFixed(3) ?? "";
  return (
    <>
      <td>{best === null ? "none" : <a href={`/d/${dictionary}/f/${best.index}`}>{best.index}</a>}</td>
      <td>{score("precision")}</td>
      <td>{score("recall")}</td>
      <td>{score("f1")}</td>
      <td>{score("pearson")}</td>
      <td>{union === null ? "none" : union.f1.toFixed(3)}</td>
      <td>{chooseBetter(neuron.byF1, neuron.byF1WithThreshold)}</td>
    </>
  );
}

function chooseBetter(a: SingleMatch | null, b: SingleMatch | null): string {
  const scores = [a, b].flatMap((match) => (match === null ? [] : [match.f1]));
  return scores.length === 0 ? "none" : Math.max(...scores).toFixed(3);
}
