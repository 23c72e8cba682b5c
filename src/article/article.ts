/** A run told as an article, in the order of the paper. */
export interface Article {
  readonly title: string;
  /** What was run, on which machine, by which version. */
  readonly subtitle: string;
  readonly sections: readonly Section[];
}

/** One argument of the paper on this run. */
export interface Section {
  /** Of lower-case letters and hyphens: where links lead. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** What a section is made of. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | Table
  | Figure
  | Command
  /** Tokens of the held-out text on which a feature fires, each between what stands before and after. */
  | { readonly kind: "examples"; readonly title: string; readonly lines: readonly ExampleLine[] };

/** Rows of figures and words. */
export interface Table {
  readonly kind: "table";
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The command that makes what a section shows; `missing` where it has not been run. */
export interface Command {
  readonly kind: "command";
  readonly command: string;
  readonly missing: boolean;
}

/** A drawing, whose numbers stand beside it as a table. */
export type Figure = { readonly kind: "figure"; readonly title: string; readonly xLabel: string } & (
  | {
      readonly chart: "histogram";
      readonly unit: string;
      readonly counts: readonly number[];
      readonly start: number;
      readonly end: number;
      readonly format: NumberFormat;
    }
  | {
      readonly chart: "scatter";
      readonly yLabel: string;
      readonly points: readonly FigurePoint[];
    }
  | {
      readonly chart: "lines";
      readonly yLabel: string;
      readonly series: readonly FigureSeries[];
    }
);

/** How the ends of a histogram's bins are written: as they are, or as powers of ten. */
export type NumberFormat = "plain" | "power";

/** One thing of two figures; what is soft is there to be compared with. */
export interface FigurePoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly soft?: boolean;
}

/** A line of a figure. */
export interface FigureSeries {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly soft?: boolean;
}

/** A token in its text, and the activation there. */
export interface ExampleLine {
  readonly before: string;
  readonly token: string;
  readonly after: string;
  readonly activation: number;
}

/** The section of an analysis that has not been run. */
export function createMissingSection(id: string, title: string, command: string): Section {
  return {
    id,
    title,
    blocks: [
      { kind: "text", text: "This has not been computed for this run." },
      { kind: "command", command, missing: true },
    ],
  };
}
