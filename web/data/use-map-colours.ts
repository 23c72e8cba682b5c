import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Colour } from "../charts/draw-points.ts";
import { pageLocation } from "../location-state.ts";
import { theme } from "./preferences.ts";
import { useMedia } from "./use-media.ts";

/** The colours of the elements within one, as the theme has them now. */
export function useMapColours(): {
  readonly ref: RefObject<HTMLSpanElement | null>;
  readonly colours: readonly Colour[];
} {
  const ref = useRef<HTMLSpanElement>(null);
  const [colours, setColours] = useState<readonly Colour[]>([]);
  const isDark = useMedia("(prefers-color-scheme: dark)");
  const asked = pageLocation.value.query.get("theme");
  useLayoutEffect(() => {
    const elements = [...(ref.current?.children ?? [])];
    setColours(elements.map((element) => parseColour(getComputedStyle(element).backgroundColor)));
  }, [isDark, theme.value, asked]);
  return { ref, colours };
}

/** A computed colour: `rgb(1, 2, 3)` or `rgba(1, 2, 3, 0.5)`. */
function parseColour(text: string): Colour {
  const [red = 0, green = 0, blue = 0, opacity = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, opacity];
}
