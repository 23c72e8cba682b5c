import { useMemo } from "preact/hooks";
import { useKeys } from "../data/use-keys.ts";
import { ShortcutList } from "./shortcut-list.tsx";

const ID = "help";

/** Opens the list of keys. */
export function openHelp(): void {
  const dialog = document.getElementById(ID);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** Which keys do something, over any page; the rest of the help has a page of its own. */
export function HelpDialog() {
  useKeys({ "?": openHelp });
  const keys = useMemo(() => <ShortcutList />, []);
  const close = (event: MouseEvent) => (event.currentTarget as Element).closest("dialog")?.close();
  return (
    <dialog id={ID} class="wide-dialog" aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      {keys}
      <p class="dialog-foot">
        <a href="/help" onClick={close}>
          Words, a tour, and how to switch the keys off
        </a>
        <button type="button" class="button" onClick={close}>
          Close
        </button>
      </p>
    </dialog>
  );
}
