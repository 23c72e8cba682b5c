import { existsSync } from "node:fs";
import { UserError } from "../numerics/user-error.ts";
import { listClosedOrigins, parseEmbedOrigins } from "../server/embed-origins.ts";
import { isLoopback } from "../server/own-hosts.ts";
import { type RunningServer, type ServerOptions, startServer } from "../server/start-server.ts";
import { runPaths } from "../store/run-directory.ts";
import type { Command, OptionSpec, OptionValues } from "./command.ts";
import { openBrowser } from "./open-browser.ts";

const DEFAULT_PORT = 7431;
const LOOPBACK = "127.0.0.1";

/** Where and how the pages are served. */
export const SERVER_OPTIONS = {
  port: {
    kind: "integer",
    placeholder: "N",
    describe: `port to listen on (default ${DEFAULT_PORT}, or any free one where that is taken)`,
  },
  host: { kind: "string", placeholder: "ADDRESS", describe: "let other machines connect to this address of this one" },
  "read-only": { kind: "flag", describe: "no labels, notes or lists can be written (so it is with --host)" },
  writable: { kind: "flag", describe: "with --host, whoever has the token may write labels, notes and lists" },
  "embed-origin": {
    kind: "strings",
    placeholder: "ORIGIN",
    describe:
      "let pages of this origin, as http://localhost:8888, show features in a frame (?embed=1); may be repeated",
  },
  open: { kind: "flag", describe: "open the page in the browser" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `monosem serve`: the pages of runs, until Ctrl-C. */
export const serve: Command = {
  summary: "show runs in the browser",
  options: {
    run: { kind: "strings", placeholder: "DIR", describe: "run directory; may be repeated" },
    ...SERVER_OPTIONS,
  },
  examples: ["monosem serve --run runs/demo", "monosem serve --run runs/a --run runs/b --port 0 --open"],
  notes: () => [
    "The address ends in a token: whoever has it may look at the runs. The browser that opens it is known from then on.",
  ],
  run: async (values) => {
    const runs = values.strings("run");
    if (runs.length === 0) throw new UserError("--run DIR is missing: name the run directory to show", 2);
    for (const run of runs)
      if (!existsSync(runPaths(run).config))
        throw new UserError(
          `${run} is not a run directory: it has no config.json; make one with monosem run --run ${run}`,
        );
    const server = await openServer(runs, values);
    process.stdout.write(`${server.url}\n`);
    if (values.flag("open")) openBrowser(server.createTicketUrl());
    await new Promise<void>((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
    await server.close();
  },
};

/** Starts the server as the options say: on the port asked for, else on the usual one or a free one. */
export async function openServer(runs: readonly string[], values: OptionValues): Promise<RunningServer> {
  const [host, port] = [values.string("host"), values.integer("port")];
  const chosen = parseWritable(values);
  const embedOrigins = parseEmbedOrigins(values.strings("embed-origin"));
  for (const origin of listClosedOrigins(embedOrigins, host ?? LOOPBACK))
    process.stderr.write(`${warnAboutFrame(origin)}\n`);
  const options: Omit<ServerOptions, "port"> = {
    runs,
    embedOrigins,
    ...(host === undefined ? {} : { host }),
    ...(chosen === undefined ? {} : { writable: chosen }),
  };
  if (host !== undefined && !isLoopback(host)) process.stderr.write(`${warnAbout(host)}\n`);
  if (port !== undefined) return startServer({ ...options, port });
  try {
    return await startServer({ ...options, port: DEFAULT_PORT });
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === 2) throw error;
    return startServer({ ...options, port: 0 });
  }
}

/** What the options say about writing; undefined leaves it to where the server listens. */
function parseWritable(values: OptionValues): boolean | undefined {
  const [readOnly, writable] = [values.flag("read-only"), values.flag("writable")];
  if (readOnly && writable)
    throw new UserError("--read-only and --writable contradict each other: give one of them", 2);
  return readOnly || writable ? writable : undefined;
}

function warnAbout(host: string): string {
  return (
    `warning: other machines can connect to ${host}. Whoever has the token in the address sees the runs, and it travels ` +
    "unencrypted; an SSH tunnel to a server without --host is safer: ssh -L 7431:127.0.0.1:7431 this-machine"
  );
}

function warnAboutFrame(origin: string): string {
  return (
    `warning: a frame on ${origin} stays closed: browsers give this server's cookie to frames on pages of its own host only, ` +
    "over http; for other sites put what monosem export-site writes on a host of files"
  );
}
