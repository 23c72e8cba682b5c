import { join, resolve } from "node:path";
import { renderArticle } from "../article/render-article.ts";
import { renderMarkdown } from "../article/render-markdown.ts";
import { writeArticle } from "../article/write-article.ts";
import { UserError } from "../numerics/user-error.ts";
import { readWebAssets } from "../server/web-assets.ts";
import { makeFolder } from "../store/disk.ts";
import { writeAtomically } from "../store/write-atomically.ts";
import type { Command } from "./command.ts";

const TEMPLATE = "/article.html";

/** `monosem report RUN`: all that was found out, as an article. */
export const report: Command = {
  summary: "tell a run as an article, in the order of the paper: one HTML file, and Markdown",
  argument: { placeholder: "RUN", describe: "run directory" },
  options: {
    dictionary: { kind: "string", placeholder: "NAME", describe: "which dictionary of the run", default: "main" },
    out: { kind: "string", placeholder: "DIR", describe: "folder for article.html and article.md (RUN/article)" },
    json: { kind: "flag", describe: "one JSON object instead of a sentence" },
  },
  examples: ["monosem report runs/demo", "monosem report runs/demo --dictionary small --out article"],
  notes: () => [
    "Each section ends with the command that makes it; what has not been computed is a section with its command.",
    "article.html opens from anywhere without a server and asks for nothing.",
  ],
  run: async (values) => {
    const run = values.argument;
    if (run === undefined) throw new UserError("RUN is missing: monosem report runs/demo", 2);
    const template = readWebAssets().get(TEMPLATE);
    if (template === undefined)
      throw new UserError("the page has not been built: run npm run build, then the same command again");
    const dictionary = values.string("dictionary")!;
    const article = writeArticle(run, dictionary);
    const folder = resolve(values.string("out") ?? join(run, "article"));
    makeFolder(folder);
    const name = dictionary === "main" ? "article" : `article-${dictionary}`;
    const files = [`${folder}/${name}.html`, `${folder}/${name}.md`] as const;
    writeAtomically(files[0], renderArticle(new TextDecoder().decode(template.body), article));
    writeAtomically(files[1], renderMarkdown(article));
    const missing = article.sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === "command" && block.missing ? [block.command] : [])),
    );
    process.stdout.write(values.flag("json") ? `${JSON.stringify({ files, missing })}\n` : describe(files, missing));
  },
};

function describe(files: readonly string[], missing: readonly string[]): string {
  const still = missing.length === 0 ? [] : ["Not computed yet:", ...missing.map((command) => `  ${command}`)];
  return `${[...files, ...still].join("\n")}\n`;
}
