import { useEffect } from "preact/hooks";
import { isTyping } from "../data/is-typing.ts";

const ID = "help";

/** Opens the help. */
export function openHelp(): void {
  const dialog = document.getElementById(ID);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** What the words mean and which keys do something. */
export function HelpDialog() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "?" && !isTyping(event)) openHelp();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <dialog id={ID} aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl>
        <dt>
          <kbd>←</kbd> <kbd>→</kbd>
        </dt>
        <dd>previous and next feature, in the order and filter of the table; inside an example, from token to token</dd>
        <dt>
          <kbd>/</kbd>
        </dt>
        <dd>search the features</dd>
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>this help</dd>
      </dl>
      <h2>Words</h2>
      <dl>
        <dt>feature</dt>
        <dd>one direction of the dictionary; it fires on a token when its activation there is above zero</dd>
        <dt>density</dt>
        <dd>the share of tokens a feature fires on</dd>
        <dt>L0</dt>
        <dd>how many features fire on a token, on average</dd>
        <dt>loss recovered</dt>
        <dd>
          how much of the MLP layer's use to the model survives when the dictionary's reconstruction stands in for it
        </dd>
      </dl>
      <button type="button" class="button" onClick={(event) => event.currentTarget.closest("dialog")?.close()}>
        Close
      </button>
    </dialog>
  );
}
