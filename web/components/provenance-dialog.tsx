import { useEffect, useRef } from "preact/hooks";
import type { FeaturePackHeader } from "../../src/store/feature-pack.ts";
import { CopyLine } from "./copy-line.tsx";
import { PackTable } from "./pack-table.tsx";

const MEANINGS = [
  ["density", "tokens on which the feature is above zero, by all tokens searched; the interval is Wilson's, at 95 %"],
  [
    "examples",
    "one at most of a context; the intervals are eleven equal slices from 0 to the largest activation, five drawn evenly from each",
  ],
  [
    "effects",
    "the feature is taken out of the activations of the whole context, the rest of them stays; what that does to the loss of predicting each token, in nats",
  ],
  ["logit weights", "the direction through the layer's output and the unembedding, at a constant layer-norm scale"],
] as const;

/** How the figures of a dictionary's features came about: command, text, hashes, what each one is. */
export function ProvenanceDialog(props: {
  readonly pack: FeaturePackHeader;
  readonly run: string;
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const { pack, run, open } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const command = `monosem features --run ${run} --dictionary ${pack.dictionary}`;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="wide-dialog" aria-labelledby="provenance-title" onClose={props.onClose}>
      {open && (
        <>
          <h2 id="provenance-title">How was this computed?</h2>
          <p class="note">
            All figures of a feature come from one pass over held-out text for the activations and one for the examples,
            by this command:
          </p>
          <CopyLine text={command} what="Command" />
          <dl>
            {MEANINGS.map(([name, meaning]) => (
              <>
                <dt>{name}</dt>
                <dd>{meaning}</dd>
              </>
            ))}
          </dl>
          <PackTable pack={pack} />
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </>
      )}
    </dialog>
  );
}
