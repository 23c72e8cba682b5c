// What a corpus is made of, as a Markdown table: node examples/describe-corpus.ts [PATH...] (the builtin corpus without a path).
import { createBuiltinCorpus } from "../src/interchange/builtin-corpus.ts";
import { describeCorpus } from "../src/interchange/describe-corpus.ts";
import { openCorpus } from "../src/interchange/open-corpus.ts";

const paths = process.argv.slice(2);
const corpus = paths.length > 0 ? openCorpus(paths) : createBuiltinCorpus({ seed: 0, onWarning: console.warn });
const { bytes, documents, domains, scripts } = await describeCorpus(corpus);
const percent = (part: number) => `${((100 * part) / bytes).toFixed(2)} %`;

console.log(`${documents} documents, ${bytes} bytes\n\n| domain | documents | kB | share |\n|---|---:|---:|---:|`);
for (const [domain, part] of Object.entries(domains)) {
  console.log(`| ${domain} | ${part.documents} | ${Math.round(part.bytes / 1000)} | ${percent(part.bytes)} |`);
}
console.log("\n| script | share of bytes |\n|---|---:|");
for (const [script, part] of Object.entries(scripts)) console.log(`| ${script} | ${percent(part)} |`);
