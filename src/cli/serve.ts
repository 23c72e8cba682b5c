import { existsSync } from "node:fs";
import { UserError } from "../numerics/user-error.ts";
import { type RunningServer, startServer } from "../server/start-server.ts";
import { runPaths } from "../store/run-directory.ts";
import type { Command, OptionSpec } from "./command.ts";

const DEFAULT_PORT = 7431;

/** The port of the pages. */
export const PORT_OPTION = {
  kind: "integer",
  placeholder: "N",
  describe: `port on 127.0.0.1 (default ${DEFAULT_PORT}, or any free one where that is taken)`,
} as const satisfies OptionSpec;

/** `monosem serve`: the pages of runs, until Ctrl-C. */
export const serve: Command = {
  summary: "show runs in the browser",
  options: {
    run: { kind: "strings", placeholder: "DIR", describe: "run directory; may be repeated" },
    port: PORT_OPTION,
  },
  examples: ["monosem serve --run runs/demo", "monosem serve --run runs/a --run runs/b --port 0"],
  run: async (values) => {
    const runs = values.strings("run");
    if (runs.length === 0) throw new UserError("--run DIR is missing: name the run directory to show", 2);
    for (const run of runs)
      if (!existsSync(runPaths(run).config))
        throw new UserError(
          `${run} is not a run directory: it has no config.json; make one with monosem run --run ${run}`,
        );
    const server = await openServer(runs, values.integer("port"));
    process.stdout.write(`${server.url}\n`);
    await new Promise<void>((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
    await server.close();
  },
};

/** Starts the server on the port asked for, else on the usual one or a free one. */
export async function openServer(runs: readonly string[], port: number | undefined): Promise<RunningServer> {
  if (port !== undefined) return startServer({ runs, port });
  try {
    return await startServer({ runs, port: DEFAULT_PORT });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return startServer({ runs, port: 0 });
  }
}
