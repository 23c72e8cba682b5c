import { UserError } from "../numerics/user-error.ts";
import { readWebAssets } from "../server/web-assets.ts";
import { exportSite, type SiteEvent } from "../site/export-site.ts";
import type { Command } from "./command.ts";
import { createProgressBar } from "./draw-progress.ts";
import { untilInterrupted } from "./follow-run.ts";

/** `monosem export-site RUN --out DIR`: all pages of a run as files. */
export const exportSiteCommand: Command = {
  summary: "copy a run's pages into a folder that any web host can serve",
  argument: { placeholder: "RUN", describe: "run directory" },
  options: {
    out: { kind: "string", placeholder: "DIR", describe: "folder to write: a new one, or a copy made before" },
    dictionary: { kind: "strings", placeholder: "NAME", describe: "only this dictionary; may be repeated" },
    "without-model": { kind: "flag", describe: "leave out the model and weights: no own text, no steering" },
    json: { kind: "flag", describe: "one JSON object a line instead of a progress bar" },
  },
  examples: [
    "monosem export-site runs/demo --out site",
    "monosem export-site runs/demo --out site --dictionary main --without-model",
  ],
  notes: () => [
    "Browse, search, own text and steering then work without a server of ours. Labels, notes and lists go along to be read.",
    "The folder may lie anywhere on a host. Any server of files shows it here, for instance python3 -m http.server -d DIR.",
  ],
  run: async (values) => {
    const { argument: run } = values;
    const out = values.string("out");
    if (run === undefined) throw new UserError("RUN is missing: monosem export-site runs/demo --out site", 2);
    if (out === undefined || out === "") throw new UserError("--out DIR is missing: name the folder to write", 2);
    const request = {
      run,
      out,
      dictionaries: values.strings("dictionary"),
      withModel: !values.flag("without-model"),
      assets: readWebAssets(),
    };
    await untilInterrupted((signal) => showExport(exportSite(request, signal), values.flag("json")));
  },
};

async function showExport(events: AsyncIterable<SiteEvent>, json: boolean): Promise<void> {
  const bar = createProgressBar(process.stderr);
  try {
    for await (const event of events) {
      if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
      else if (event.kind === "warning") process.stderr.write(`${event.sentence}\n`);
      else if (event.kind === "progress") bar.draw({ ...event, stage: "export-site" });
      else {
        bar.clear();
        process.stdout.write(renderEnd(event));
      }
    }
  } finally {
    bar.clear();
  }
}

function renderEnd({ out, files, bytes, dictionaries }: SiteEvent & { kind: "site-finished" }): string {
  const megabytes = (bytes / 1e6).toFixed(1);
  return [
    `${out}: ${dictionaries.join(", ")}, ${files.toLocaleString("en-US")} files, ${megabytes} MB`,
    "Put the folder on any web host, under any address. Opened as a file it stays empty; any server of files shows it here,",
    `for instance python3 -m http.server -d ${out}`,
    "",
  ].join("\n");
}
