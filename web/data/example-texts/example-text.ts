/** A text on which a dictionary is shown. */
export interface ExampleText {
  /** Its name in the address. */
  readonly id: string;
  readonly title: string;
  /** BCP 47, or `zxx` for what is no language. */
  readonly language: string;
  readonly text: string;
}

/** Texts of a kind. */
export interface ExampleTextGroup {
  readonly title: string;
  readonly texts: readonly ExampleText[];
}
