import type { ReportedUnit } from "../../../src/pipeline/rate/report-session.ts";
import { nameUnit } from "../../data/rating-report.ts";
import { SafeText } from "../safe-text.tsx";
import { ScrollRegion } from "../scroll-region.tsx";

/** Each unit with what it was, what raters took it for, and their points. */
export function UnitTable({ run, units }: { readonly run: string; readonly units: readonly ReportedUnit[] }) {
  return (
    <ScrollRegion label="Units">
      <table class="figures unit-table">
        <caption class="visually-hidden">Units</caption>
        <thead>
          <tr>
            <th scope="col">unit</th>
            <th scope="col">was</th>
            <th scope="col">intervals</th>
            <th scope="col">interpretations and points</th>
          </tr>
        </thead>
        <tbody>
          {units.map((unit) => (
            <UnitRow key={unit.unit} run={run} unit={unit} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function UnitRow({
  run,
  unit: { unit, kind, run: control, dictionary, feature, asked, ratings },
}: {
  readonly run: string;
  readonly unit: ReportedUnit;
}) {
  return (
    <tr>
      <th scope="row">{unit}</th>
      <td>
        <a href={`/d/${control ?? run}-${dictionary}/f/${feature}`}>{nameUnit(kind, dictionary, feature)}</a>
      </td>
      <td>{asked.map((interval) => interval + 1).join(", ")}</td>
      <td>
        {ratings.map(({ rater, interpretation, scores }) => (
          <p key={rater}>
            <SafeText text={interpretation === "" ? "no interpretation" : interpretation} />{" "}
            <span class="note">
              {scores.join(", ")} by <SafeText text={rater} />
            </span>
          </p>
        ))}
      </td>
    </tr>
  );
}
