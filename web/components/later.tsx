import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { useTurn } from "../data/use-turn.ts";

/** What may be drawn a moment after the rest; what it showed before stays until then. */
export function Later({ children }: { readonly children: ComponentChildren }) {
  const shown = useRef<ComponentChildren>(null);
  if (useTurn(children, false)) shown.current = children;
  return <>{shown.current}</>;
}
