import type { Draw } from "./draw.ts";

/** A domain whose documents are composed, not read. */
export interface GeneratedKind {
  readonly domain: string;
  /** Value of the `lang` label: a language tag, or `zxx` (ISO 639-2: no linguistic content). */
  readonly lang: string;
  /** Share of the corpus's bytes. */
  readonly share: number;
  /** The text of one document of about 1 to 6 kB. */
  compose(draw: Draw): string;
}

/** `count` results of `compose`, one a line. */
export function composeLines(count: number, compose: (line: number) => string): string {
  return `${Array.from({ length: count }, (_, line) => compose(line)).join("\n")}\n`;
}
