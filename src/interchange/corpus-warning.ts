/** Something in a corpus that was left out or changed while reading went on. */
export interface CorpusWarning {
  readonly kind: "binary" | "unreadable" | "empty" | "duplicate" | "label";
  /** The file as the user would name it, with a line number where there is one. */
  readonly path: string;
  readonly message: string;
}

/** Called once for each warning. */
export type OnCorpusWarning = (warning: CorpusWarning) => void;
