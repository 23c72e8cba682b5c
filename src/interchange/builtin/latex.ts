import type { Draw } from "./draw.ts";
import type { GeneratedKind } from "./generated-kind.ts";
import { ADJECTIVES, composeEnglish, composePerson, NOUNS } from "./vocabulary.ts";

const GREEK = ["alpha", "beta", "gamma", "delta", "epsilon", "theta", "lambda", "mu", "sigma", "phi", "omega", "Gamma"];
const LETTERS = ["x", "y", "z", "n", "k", "f", "g", "A", "X", "P"];

/** LaTeX sources: sections of text with inline and displayed mathematics, theorems, tables, lists and references. */
export const latex: GeneratedKind = {
  domain: "latex",
  lang: "en",
  share: 0.012,
  compose(draw) {
    const blocks = Array.from({ length: draw.between(5, 14) }, () => draw.pick(BLOCKS)(draw));
    return draw.isLikely(0.3)
      ? `${composePreamble(draw)}${blocks.join("\n\n")}\n\\end{document}\n`
      : `${blocks.join("\n\n")}\n`;
  },
};

const BLOCKS = [
  composeProse,
  composeProse,
  composeProse,
  composeSection,
  composeEquation,
  composeTheorem,
  composeTable,
  composeItems,
];

function composePreamble(draw: Draw): string {
  const title = `On ${draw.pick(ADJECTIVES)} ${draw.pick(NOUNS)}s and the ${draw.pick(NOUNS)}`;
  return `\\documentclass[${draw.pick([10, 11, 12])}pt]{article}\n\\usepackage{amsmath,amssymb}\n\\title{${title}}\n\\author{${composePerson(draw).name}}\n\\begin{document}\n\\maketitle\n\n`;
}

function composeSymbol(draw: Draw): string {
  const symbol = draw.isLikely(0.5) ? `\\${draw.pick(GREEK)}` : draw.pick(LETTERS);
  return draw.isLikely(0.4) ? `${symbol}_{${draw.pick(["i", "j", "n", "0", "i+1", "ij"])}}` : symbol;
}

function composeTerm(draw: Draw, depth: number): string {
  const inner = () => (depth > 0 ? composeTerm(draw, depth - 1) : composeSymbol(draw));
  switch (draw.between(0, 7)) {
    case 0:
      return `\\frac{${inner()}}{${inner()}}`;
    case 1:
      return `\\sum_{i=${draw.between(0, 1)}}^{${draw.pick(["n", "N", "\\infty", "k"])}} ${inner()}`;
    case 2:
      return `\\int_{${draw.pick(["0", "a", "-\\infty"])}}^{${draw.pick(["1", "b", "\\infty"])}} ${inner()} \\, dx`;
    case 3:
      return `\\left( ${inner()} ${draw.pick(["+", "-"])} ${inner()} \\right)`;
    case 4:
      return `\\sqrt{${inner()}}`;
    case 5:
      return `\\mathbb{E}\\left[ ${inner()} \\right]`;
    default:
      return `${inner()}^{${draw.pick(["2", "n", "-1", "k+1", "T"])}}`;
  }
}

function composeFormula(draw: Draw): string {
  const relation = draw.pick(["=", "=", "\\leq", "\\geq", "\\approx", "\\in", "\\to"]);
  const operator = draw.pick(["+", "-", "\\cdot", ""]);
  return `${composeSymbol(draw)} ${relation} ${composeTerm(draw, 1)} ${operator} ${composeTerm(draw, draw.between(0, 1))}`;
}

function composeProse(draw: Draw): string {
  const sentences = Array.from({ length: draw.between(2, 5) }, () => {
    const aside = draw.pick([
      `Let $${composeSymbol(draw)} \\in \\mathbb{R}^{${draw.pick(["n", "d", "2"])}}$. `,
      `Since $${composeFormula(draw)}$, we have the following. `,
      `See \\cite{${draw.pick(NOUNS)}${draw.between(1980, 2026)}} and Section~\\ref{sec:${draw.pick(NOUNS)}}. `,
      "",
    ]);
    return `${aside}${composeEnglish(draw)}`;
  });
  return sentences.join("\n");
}

function composeSection(draw: Draw): string {
  const name = draw.pick(NOUNS);
  return `\\${draw.pick(["section", "subsection", "subsubsection"])}{The ${draw.pick(ADJECTIVES)} ${name}}\n\\label{sec:${name}}`;
}

function composeEquation(draw: Draw): string {
  const kind = draw.pick(["equation", "equation*", "align", "align*"]);
  const rows = Array.from({ length: kind.startsWith("align") ? draw.between(2, 4) : 1 }, () => composeFormula(draw));
  return `\\begin{${kind}}\n  ${rows.join(" \\\\\n  ")}\n\\end{${kind}}`;
}

function composeTheorem(draw: Draw): string {
  const kind = draw.pick(["theorem", "lemma", "definition", "proposition"]);
  return `\\begin{${kind}}\n${composeProse(draw)}\n\\[ ${composeFormula(draw)} \\]\n\\end{${kind}}\n\\begin{proof}\n${composeProse(draw)}\n\\end{proof}`;
}

function composeTable(draw: Draw): string {
  const rows = Array.from({ length: draw.between(3, 7) }, () => {
    return `${draw.pick(NOUNS)} & ${draw.between(0, 999)} & ${(draw.between(0, 9999) / 100).toFixed(2)} \\\\`;
  });
  return `\\begin{table}[h]\n\\begin{tabular}{lrr}\n\\hline\n${rows.join("\n")}\n\\hline\n\\end{tabular}\n\\end{table}`;
}

function composeItems(draw: Draw): string {
  const items = Array.from({ length: draw.between(2, 5) }, () => `  \\item ${composeEnglish(draw)}`);
  return `\\begin{itemize}\n${items.join("\n")}\n\\end{itemize}`;
}
