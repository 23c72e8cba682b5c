/** A corpus file that cannot be used as text; `openCorpus` turns it into a UserError (named) or a warning (found in a folder). */
export class UnusableFileError extends Error {
  override readonly name = "UnusableFileError";
  readonly kind: "binary" | "unreadable";
  constructor(kind: "binary" | "unreadable", message: string) {
    super(message);
    this.kind = kind;
  }
}
