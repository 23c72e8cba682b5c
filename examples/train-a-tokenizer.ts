// Learns a byte-level BPE tokenizer from text and writes it as a Hugging Face tokenizer.json: node examples/train-a-tokenizer.ts
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTokenizer, learnTokenizer, openCorpus, renderTokenizerJson } from "monosem";

const texts: string[] = [];
for await (const { text } of openCorpus(["README.md", "docs"])) texts.push(text);
const definition = learnTokenizer(texts, { vocabularySize: 600 });
const tokenizer = createTokenizer(definition);

const ids = tokenizer.encode("A dictionary of features of a model.");
console.log(Array.from(ids, (id) => tokenizer.tokenText(id)).join("|"));
console.log(tokenizer.decode(ids));

const folder = mkdtempSync(join(tmpdir(), "monosem-example-"));
writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(renderTokenizerJson(definition)));
rmSync(folder, { recursive: true });
