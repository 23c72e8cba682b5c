import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { UserError } from "../numerics/user-error.ts";
import { createApp } from "./create-app.ts";
import { createFeaturePacks } from "./feature-packs.ts";
import { createRunCatalogue } from "./run-catalogue.ts";
import { readWebAssets, type WebAssets } from "./web-assets.ts";

/** What to serve. */
export interface ServerOptions {
  /** Run directories, which need not exist yet. */
  readonly runs: readonly string[];
  /** 0 for any free port. */
  readonly port: number;
  /** The built page; by default what `vite build` left in `dist/web`. */
  readonly assets?: WebAssets;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** The only address that is listened on: other machines cannot connect. */
const LOOPBACK = "127.0.0.1";
const LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16_384 };
const MAXIMUM_CONNECTIONS = 2000;
const MAXIMUM_PORT = 65_535;

/** Serves runs to browsers of this machine until it is closed. Throws a `UserError` when the port cannot be had. */
export async function startServer({ runs, port, assets = readWebAssets() }: ServerOptions): Promise<RunningServer> {
  const stopped = new AbortController();
  const packs = createFeaturePacks();
  let listensOn = port;
  const app = createApp({
    catalogue: createRunCatalogue(runs),
    packs,
    assets,
    port: () => listensOn,
    signal: stopped.signal,
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: LIMITS,
    overrideGlobalObjects: false,
  }) as Server;
  server.maxConnections = MAXIMUM_CONNECTIONS;
  await listen(server, port);
  listensOn = (server.address() as AddressInfo).port;
  return {
    url: `http://${LOOPBACK}:${listensOn}/`,
    port: listensOn,
    close: async () => {
      stopped.abort();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      packs.close();
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  if (port > MAXIMUM_PORT) throw new UserError(`port ${port} does not exist, wanted 0 to ${MAXIMUM_PORT}`, 2);
  try {
    server.listen(port, LOOPBACK);
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw new UserError(`port ${port} is in use on this machine; choose another with --port, or 0 for any free one`);
    if (code === "EACCES") throw new UserError(`port ${port} may not be opened; choose one above 1023 with --port`);
    throw error;
  }
}
