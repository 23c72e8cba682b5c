import { CopyLine } from "./copy-line.tsx";

/** What can be taken away of a dictionary, to be used elsewhere. */
export function TakeAway(props: {
  readonly run: string;
  readonly name: string;
  readonly hasTable: boolean;
  readonly hasWeights: boolean;
  readonly onSaveTable: () => void;
  readonly onSaveJson: () => void;
  readonly onSaveWeights: () => void;
}) {
  const { run, name } = props;
  return (
    <div class="card take-away">
      <h2>Take it away</h2>
      <p class="links">
        {props.hasTable && (
          <button type="button" class="button" onClick={props.onSaveTable}>
            Features as CSV
          </button>
        )}
        <button type="button" class="button" onClick={props.onSaveJson}>
          Figures as JSON
        </button>
        {props.hasWeights && (
          <button type="button" class="button" onClick={props.onSaveWeights}>
            Weights
          </button>
        )}
      </p>
      <h3>For SAELens</h3>
      <CopyLine what="Command" text={`monosem export --run ${run} --dictionary ${name} --to sae/`} />
      <h3>All pages as a folder for any web host</h3>
      <CopyLine what="Command" text={`monosem export-site ${run} --out site/`} />
    </div>
  );
}
