import { isIPv6 } from "node:net";
import { hostname, networkInterfaces } from "node:os";

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];
const LOOPBACK_ADDRESSES = ["127.0.0.1", "::1", "localhost"];
const WILDCARDS = ["0.0.0.0", "::"];

/** Whether an address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_ADDRESSES.includes(host);
}

/** An address as it stands in a URL. */
export function renderHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/**
 * The Host headers, in lower case and without the port, under which a server that listens on `host` may be asked: its own
 * address and the names of loopback, and where it listens on all addresses, each of them and the machine's name.
 */
export function listOwnHosts(host: string): ReadonlySet<string> {
  if (isLoopback(host)) return new Set(LOOPBACK_NAMES);
  if (!WILDCARDS.includes(host)) return new Set([renderHost(host).toLowerCase()]);
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const name = hostname().toLowerCase();
  return new Set([...LOOPBACK_NAMES, ...addresses.map(({ address }) => renderHost(address)), name, `${name}.local`]);
}
