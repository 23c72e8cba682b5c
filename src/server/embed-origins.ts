import { UserError } from "../numerics/user-error.ts";
import { listOwnHosts } from "./own-hosts.ts";

/** Origins as browsers write them. Anything else, a pattern or a path, is a `UserError` (exit code 2). */
export function parseEmbedOrigins(values: readonly string[]): readonly string[] {
  return values.map((value) => {
    const url = URL.parse(value);
    const isOrigin = url !== null && /^https?:$/.test(url.protocol) && /^https?:\/\/[^/?#@*\s;,]+\/?$/i.test(value);
    if (isOrigin) return url.origin;
    const wanted = "http://HOST:PORT or https://HOST, without a path or a *";
    throw new UserError(`--embed-origin: got ${JSON.stringify(value)}, wanted the origin of one site: ${wanted}`, 2);
  });
}

/** The origins to which browsers would not give the cookie of a server that listens on `host`, so that a frame there stays closed. */
export function listClosedOrigins(origins: readonly string[], host: string): readonly string[] {
  const names = listOwnHosts(host);
  return origins.filter((origin) => {
    const { protocol, hostname } = new URL(origin);
    return protocol !== "http:" || !names.has(hostname);
  });
}
