import { expect, test } from "vitest";
import { type Article, createMissingSection, type Figure } from "./article.ts";
import { renderMarkdown, tabulateFigure } from "./render-markdown.ts";

const article = (blocks: Article["sections"][number]["blocks"]): Article => ({
  title: "A run",
  subtitle: "a machine",
  sections: [{ id: "one", title: "First", blocks }],
});

test("text of the corpus cannot become markup or break a table", () => {
  const token = "<!-- <script>|`x`\n*y*";
  const markdown = renderMarkdown(
    article([
      { kind: "table", caption: "t", columns: ["a", "b"], rows: [[token, "1"]] },
      { kind: "examples", title: "e", lines: [{ before: token, token, after: token, activation: 1.5 }] },
    ]),
  );
  expect(markdown).not.toContain("<script>");
  const rows = markdown.split("\n").filter((line) => line.includes("script"));
  expect(rows.map((row) => row.split("|").length)).toEqual([4, 6]);
});

test("a section that is missing names its command", () => {
  const section = createMissingSection("map", "The map", "monosem analyse map --run r");
  const markdown = renderMarkdown({ title: "", subtitle: "", sections: [section] });
  expect(markdown).toContain("```sh\nmonosem analyse map --run r\n```");
});

test("a histogram becomes its bins, a drawing of very many points their number", () => {
  const bins: Figure = {
    kind: "figure",
    chart: "histogram",
    title: "h",
    xLabel: "x",
    unit: "features",
    counts: [3, 4],
    start: -2,
    end: 0,
    format: "power",
  };
  expect(tabulateFigure(bins).rows).toEqual([
    ["1e-2", "1e-1", "3"],
    ["1e-1", "1e0", "4"],
  ]);
  const points = Array.from({ length: 100 }, (_, x) => ({ name: String(x), x, y: x }));
  const cloud: Figure = { kind: "figure", chart: "scatter", title: "cloud", xLabel: "x", yLabel: "y", points };
  expect(renderMarkdown(article([cloud]))).toContain("**cloud**: 100 points");
});
