import type { ComponentChildren } from "preact";

/** A part that scrolls by itself, also by keyboard. */
export function ScrollRegion({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll here
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
