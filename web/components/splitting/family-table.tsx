import type { FeatureFamily } from "../../../src/analysis/feature-families.ts";
import type { Splitting } from "../../../src/analysis/splitting.ts";
import { formatCount } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";
import { LevelFeature } from "./level-feature.tsx";

const SHOWN = 20;

/** The largest families: a feature of a small dictionary and those of the larger ones to which it is the closest. */
export function FamilyTable(props: {
  readonly splitting: Splitting;
  readonly families: readonly FeatureFamily[];
  readonly label: (level: number, feature: number) => string;
  readonly address: (level: number, feature: number) => string | undefined;
}) {
  const { levels } = props.splitting;
  return (
    <ScrollRegion label="The largest families">
      <table class="figures tight">
        <caption class="visually-hidden">The largest families</caption>
        <thead>
          <tr>
            <th scope="col">headed by</th>
            {levels.map(({ features }) => (
              <th scope="col">of {formatCount(features)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.families.slice(0, SHOWN).map(({ level, feature, members }) => (
            <tr key={`${level} ${feature}`}>
              <th scope="row">
                <LevelFeature address={props.address(level, feature)}>{props.label(level, feature)}</LevelFeature>
                {level > 0 && <span class="soft"> of {formatCount(levels[level]!.features)}</span>}
              </th>
              {members.map((own) => (
                <td>{own.length === 0 ? "" : formatCount(own.length)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
