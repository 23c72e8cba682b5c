import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

/** Actions that open below a button; a choice, Escape or leaving it closes them. */
export function Menu(props: {
  readonly label: string;
  readonly sign: ComponentChildren;
  readonly look?: "quiet-button" | "button";
  readonly children: ComponentChildren;
}) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (menu.current !== null) menu.current.open = false;
  };
  const leave = (event: FocusEvent) => {
    if (!menu.current?.contains(event.relatedTarget as Node | null)) close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || menu.current?.open !== true) return;
    event.stopPropagation();
    close();
    menu.current.querySelector("summary")?.focus();
  };
  return (
    <details class="menu" ref={menu} onKeyDown={onKeyDown} onFocusOut={leave}>
      <summary class={props.look ?? "quiet-button"} aria-label={props.label}>
        {props.sign}
      </summary>
      <div class="menu-items">{props.children}</div>
    </details>
  );
}

/** An action of a menu. */
export function MenuAction(props: { readonly children: ComponentChildren; readonly onChoose: () => void }) {
  const choose = (event: MouseEvent) => {
    const menu = (event.currentTarget as Element).closest("details");
    if (menu !== null) menu.open = false;
    props.onChoose();
  };
  return (
    <button type="button" onClick={choose}>
      {props.children}
    </button>
  );
}
