/** One text of the corpus with its labels (`domain`, `lang`, `source`, ...). */
export interface Document {
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
}
