import type { FeatureKin, KinSide } from "../../data/use-kin.ts";
import { formatCount } from "../../text/format-number.ts";
import { Panel, type PanelFrame } from "../panel.tsx";

const SHOWN = 6;

/** What a feature is part of in a smaller dictionary, and what it splits into in a larger one. */
export function SplittingPanel({ kin, frame }: { readonly kin: FeatureKin; readonly frame: PanelFrame }) {
  const rows = kin.sides.flatMap(({ kind, level, relatives }) =>
    relatives.map(({ feature, cosine, onCoarse, onFine }) => [
      ...[kind, level.dictionary, feature, cosine, onCoarse, onFine],
    ]),
  );
  const columns = ["relation", "dictionary", "feature", "masked_cosine", "on_coarse", "on_fine"];
  return (
    <Panel name="splitting" frame={frame} data={() => ({ table: { columns, rows }, json: kin.sides })}>
      {kin.sides.map((side) => (
        <Side key={side.kind} {...side} />
      ))}
      <p>
        <a href={kin.walk}>Walk the graph from here</a>
      </p>
    </Panel>
  );
}

function Side({ kind, level, count, relatives, address }: KinSide) {
  return (
    <p>
      {kind} <b>{formatCount(count)}</b> of {formatCount(level.features)} features of {level.dictionary}
      {relatives.length > 0 && ": "}
      {relatives.slice(0, SHOWN).map(({ feature, cosine }, place) => (
        <span key={feature}>
          {place > 0 && ", "}
          {address(feature) === undefined ? feature : <a href={address(feature)!}>{feature}</a>}{" "}
          <span class="soft">{cosine.toFixed(2)}</span>
        </span>
      ))}
      {count > Math.min(SHOWN, relatives.length) && ", …"}
    </p>
  );
}
