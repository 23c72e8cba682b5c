import type { Draw } from "./draw.ts";
import { composeLines, type GeneratedKind } from "./generated-kind.ts";
import { composeHex } from "./vocabulary.ts";

const GENES = ["BRCA2", "TP53", "CFTR", "HBB", "ACTB", "GAPDH", "MYC", "EGFR", "COX1", "RPL13", "SOX9", "PAX6"];
const SPECIES = ["Homo sapiens", "Mus musculus", "Danio rerio", "Drosophila melanogaster", "Escherichia coli K-12"];

/** DNA sequences in upper and lower case: bare lines, FASTA records and GenBank's numbered blocks; GC content varies. */
export const dna: GeneratedKind = {
  domain: "dna",
  lang: "zxx",
  share: 0.01,
  compose(draw) {
    const bases = composeBases(draw, draw.between(900, 5000));
    const sequence = draw.isLikely(0.4) ? bases.toLowerCase() : bases;
    const format = draw.pick([formatBare, formatBare, formatFasta, formatFasta, formatGenbank]);
    return format(sequence, draw);
  },
};

function composeBases(draw: Draw, count: number): string {
  const gc = draw.between(30, 65);
  let bases = "";
  while (bases.length < count) {
    if (draw.isLikely(0.002)) bases += draw.pick(["AT", "CA", "AAT", "CAG", "A"]).repeat(draw.between(4, 15));
    else bases += draw.between(0, 99) < gc ? draw.pick(["G", "C"]) : draw.pick(["A", "T"]);
  }
  return bases.slice(0, count);
}

function wrap(sequence: string, width: number): string {
  return composeLines(Math.ceil(sequence.length / width), (line) => sequence.slice(line * width, (line + 1) * width));
}

function formatBare(sequence: string, draw: Draw): string {
  return wrap(sequence, draw.pick([50, 60, 70, 80]));
}

function formatFasta(sequence: string, draw: Draw): string {
  const name = `NM_${String(draw.between(1, 999_999)).padStart(6, "0")}.${draw.between(1, 4)}`;
  return `>${name} ${draw.pick(SPECIES)} ${draw.pick(GENES)}, ${composeHex(draw, 6)}\n${wrap(sequence, draw.pick([60, 70, 80]))}`;
}

function formatGenbank(sequence: string, draw: Draw): string {
  const blocks = sequence.toLowerCase().match(/.{1,10}/g) ?? [];
  const lines = composeLines(Math.ceil(blocks.length / 6), (line) => {
    const position = String(line * 60 + 1).padStart(9);
    return `${position} ${blocks.slice(line * 6, line * 6 + 6).join(" ")}`;
  });
  return `LOCUS       ${draw.pick(GENES)}_${composeHex(draw, 4)}  ${sequence.length} bp    DNA\nORIGIN\n${lines}//\n`;
}
