import type { Article, Block, ExampleLine, Figure, Section, Table } from "./article.ts";

/** Points and bins of a figure beyond which Markdown tells how many there are instead of listing them. */
const LISTED_ROWS = 60;

/** The article as Markdown; figures as tables of their numbers. */
export function renderMarkdown({ title, subtitle, sections }: Article): string {
  const contents = sections.map((section) => `- [${section.title}](#${section.id})`);
  return [`# ${title}`, "", subtitle, "", ...contents, "", ...sections.flatMap(renderSection)].join("\n");
}

function renderSection({ id, title, blocks }: Section): string[] {
  return [`<a id="${id}"></a>`, "", `## ${title}`, "", ...blocks.flatMap(renderBlock)];
}

function renderBlock(block: Block): string[] {
  switch (block.kind) {
    case "text":
      return [escapeCell(block.text), ""];
    case "table":
      return renderTable(block);
    case "figure":
      return renderFigure(block);
    case "command":
      return ["```sh", block.command, "```", ""];
    case "examples":
      return renderExamples(block.title, block.lines);
    default:
      return block satisfies never;
  }
}

function renderTable({ caption, columns, rows }: Pick<Table, "caption" | "columns" | "rows">): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [`**${caption}**`, "", line(columns), `|${columns.map(() => "---|").join("")}`, ...rows.map(line), ""];
}

function renderFigure(figure: Figure): string[] {
  const table = tabulateFigure(figure);
  if (table.rows.length <= LISTED_ROWS) return renderTable(table);
  return [`**${figure.title}**: ${table.rows.length} points, drawn in the HTML article.`, ""];
}

function renderExamples(title: string, lines: readonly ExampleLine[]): string[] {
  const rows = lines.map(({ before, token, after, activation }) => [activation.toFixed(2), before, token, after]);
  return renderTable({ caption: title, columns: ["activation", "before", "token", "after"], rows });
}

/** The numbers of a figure. */
export function tabulateFigure(figure: Figure): Table {
  const table = (columns: readonly string[], rows: readonly (readonly string[])[]): Table => ({
    kind: "table",
    caption: figure.title,
    columns,
    rows,
  });
  switch (figure.chart) {
    case "histogram":
      return table(
        ["from", "to", figure.unit],
        figure.counts.map((count, bin) => {
          const edge = (index: number) =>
            formatEdge(figure.start + ((figure.end - figure.start) * index) / figure.counts.length, figure.format);
          return [edge(bin), edge(bin + 1), String(count)];
        }),
      );
    case "scatter":
      return table(
        ["", figure.xLabel, figure.yLabel],
        figure.points.map(({ name, x, y }) => [name, formatNumber(x), formatNumber(y)]),
      );
    case "lines":
      return table(
        ["", figure.xLabel, figure.yLabel],
        figure.series.flatMap(({ name, points }) => points.map(({ x, y }) => [name, formatNumber(x), formatNumber(y)])),
      );
    default:
      return figure satisfies never;
  }
}

function formatEdge(value: number, format: "plain" | "power"): string {
  return format === "power" ? `1e${formatNumber(value)}` : formatNumber(value);
}

function formatNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Text that means nothing to Markdown: held-out text may hold bars, markup and line breaks. */
function escapeCell(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|~$&]/g, (mark) => `&#${mark.codePointAt(0)};`).replaceAll(/\s/g, " ");
}
