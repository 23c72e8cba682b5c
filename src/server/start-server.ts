import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { UserError } from "../numerics/user-error.ts";
import { createAccess } from "./access.ts";
import { createApp } from "./create-app.ts";
import { createFeaturePacks } from "./feature-packs.ts";
import { admitRequest } from "./guards.ts";
import { createLabelClient } from "./label-client.ts";
import { createLivePool, LIVE_POOL_LIMITS, type LivePoolLimits } from "./live-pool.ts";
import { isLoopback, listOwnHosts, renderHost } from "./own-hosts.ts";
import { createRunCatalogue } from "./run-catalogue.ts";
import { readWebAssets, type WebAssets } from "./web-assets.ts";

/** What to serve. */
export interface ServerOptions {
  /** Run directories, which need not exist yet. */
  readonly runs: readonly string[];
  /** 0 for any free port. */
  readonly port: number;
  /** Address to listen on; by default loopback, where other machines cannot connect. */
  readonly host?: string;
  /** Whether labels and lists may be written; by default only where no other machine can connect. */
  readonly writable?: boolean;
  /** Origins whose pages may show features in a frame (`parseEmbedOrigins`); by default none. */
  readonly embedOrigins?: readonly string[];
  /** What computing on texts may take. */
  readonly live?: LivePoolLimits;
  /** The built page; by default what `vite build` left in `dist/web`. */
  readonly assets?: WebAssets;
}

/** A server that listens. */
export interface RunningServer {
  /** The address to open, with the token that the browser exchanges for a cookie. */
  readonly url: string;
  readonly port: number;
  /** The secret without which nothing is answered; programs send it as `Authorization: Bearer`. */
  readonly token: string;
  /** An address that is good once, within a minute. */
  readonly createTicketUrl: () => string;
  readonly close: () => Promise<void>;
}

const LOOPBACK = "127.0.0.1";
const WILDCARDS: Readonly<Record<string, string>> = { "0.0.0.0": LOOPBACK, "::": "::1" };
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 60_000,
  maxHeaderSize: 16_384,
};
const MAXIMUM_CONNECTIONS = 2000;
const MAXIMUM_PORT = 65_535;
const HTTP_PORT = 80;

/** Serves runs to browsers that know its token until it is closed. Throws a `UserError` when the port cannot be had. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { runs, host = LOOPBACK, writable = isLoopback(host), assets = readWebAssets(), embedOrigins = [] } = options;
  let port = options.port;
  const access = createAccess(() => port);
  const names = listOwnHosts(host);
  const guard = { access, writable, embedOrigins, isOwnHost: (name: string) => names.has(dropPort(name, port)) };
  const stopped = new AbortController();
  const [packs, labels] = [createFeaturePacks(), createLabelClient()];
  const live = createLivePool(options.live ?? LIVE_POOL_LIMITS);
  const catalogue = createRunCatalogue(runs);
  const app = createApp({ catalogue, packs, labels, live, assets, writable, signal: stopped.signal });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(LIMITS, (incoming, outgoing) => {
    if (admitRequest(incoming, outgoing, guard)) void listener(incoming, outgoing);
  });
  server.maxConnections = MAXIMUM_CONNECTIONS;
  await listen(server, port, host);
  labels.start();
  port = (server.address() as AddressInfo).port;
  const url = (secret: string) => `http://${renderHost(WILDCARDS[host] ?? host)}:${port}/?token=${secret}`;
  return {
    url: url(access.token),
    port,
    token: access.token,
    createTicketUrl: () => url(access.issueTicket()),
    close: async () => {
      stopped.abort();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, labels.close(), live.close()]);
      packs.close();
    },
  };
}

/** The name in a Host header, empty where the port is not this server's. */
function dropPort(host: string, port: number): string {
  const suffix = `:${port}`;
  if (host.endsWith(suffix)) return host.slice(0, -suffix.length);
  return port === HTTP_PORT ? host : "";
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  if (port > MAXIMUM_PORT) throw new UserError(`port ${port} does not exist, wanted 0 to ${MAXIMUM_PORT}`, 2);
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw new UserError(`port ${port} is in use on this machine; choose another with --port, or 0 for any free one`);
    if (code === "EACCES") throw new UserError(`port ${port} may not be opened; choose one above 1023 with --port`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new UserError(`--host ${host} is no address of this machine; leave it out to serve this machine alone`, 2);
    throw error;
  }
}
