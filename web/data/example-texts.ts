import { CODE } from "./example-texts/code.ts";
import type { ExampleText, ExampleTextGroup } from "./example-texts/example-text.ts";
import { LANGUAGES } from "./example-texts/languages.ts";
import { PROSE } from "./example-texts/prose.ts";
import { RECORDS } from "./example-texts/records.ts";

/** The texts every dictionary is shown on, all written for this page. */
export const EXAMPLE_TEXTS: readonly ExampleTextGroup[] = [
  { title: "English", texts: PROSE },
  { title: "Code and markup", texts: CODE },
  { title: "Records and codes", texts: RECORDS },
  { title: "Languages", texts: LANGUAGES },
];

/** The text of a name; the first one for a name that none has. */
export function findExampleText(id: string | null): ExampleText {
  const texts = EXAMPLE_TEXTS.flatMap(({ texts }) => texts);
  return texts.find((text) => text.id === id) ?? texts[0]!;
}
