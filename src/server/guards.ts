import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import type { Access } from "./access.ts";

/** What the node adapter hands to each handler. */
export interface ServerEnvironment {
  Bindings: HttpBindings;
}

/** What the page may load and do: only what comes from where it came from, nothing inline. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types monosem-worker",
] as const;

/** What the guard decides by. */
export interface GuardOptions {
  readonly access: Access;
  /** Whether a Host header, in lower case, names this server. */
  readonly isOwnHost: (host: string) => boolean;
  /** Whether anything may be written. */
  readonly writable: boolean;
  /** Origins whose pages may show the addresses with `embed=1` in a frame; no others may, and no other addresses. */
  readonly embedOrigins: readonly string[];
}

/** A request that is not answered further: the status, the reason, and headers of its own. */
interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Check = (incoming: IncomingMessage, options: GuardOptions) => Refusal | undefined;

/** Every answer has these, also refusals. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};
const UNFRAMED: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY.join("; "),
  "X-Frame-Options": "DENY",
};
const EMBEDDABLE = /^(?!\/api\/)[^?]*\?(?:[^#]*&)?embed=1(?:&|$)/;

const READING = ["GET", "HEAD"];
const WRITING = ["POST", "PUT", "DELETE"];
const CHECKS: readonly Check[] = [checkAddress, checkMethod, checkToken, checkSite, checkBody, checkWritable];
const CLOSED_PAGE =
  "Open the address that monosem printed when it started: it ends in ?token= and a secret. After that, this browser is known.";

/**
 * The gate before every address. Sets the security headers, then answers itself whatever a page of another origin, a program
 * that does not know the token, or a hand-made request could send; true where the request may go on.
 */
export function admitRequest(incoming: IncomingMessage, outgoing: ServerResponse, options: GuardOptions): boolean {
  const framing = selectFraming(incoming, options);
  for (const name in SECURITY_HEADERS) outgoing.setHeader(name, SECURITY_HEADERS[name]!);
  for (const name in framing) outgoing.setHeader(name, framing[name]!);
  for (const check of CHECKS) {
    const refusal = check(incoming, options);
    if (refusal === undefined) continue;
    sendRefusal(incoming, outgoing, refusal);
    return false;
  }
  return true;
}

/** `X-Frame-Options` cannot name an origin: where one is allowed, the policy alone says so. */
function selectFraming(
  { url = "" }: IncomingMessage,
  { embedOrigins }: GuardOptions,
): Readonly<Record<string, string>> {
  if (embedOrigins.length === 0 || !EMBEDDABLE.test(url)) return UNFRAMED;
  const allowed = `frame-ancestors ${embedOrigins.join(" ")}`;
  const policy = CONTENT_SECURITY_POLICY.map((rule) => (rule.startsWith("frame-ancestors ") ? allowed : rule));
  return { "Content-Security-Policy": policy.join("; ") };
}

/** A Host that is not this machine's own (DNS rebinding), two of them, or a request line with another server's address. */
function checkAddress({ rawHeaders, url = "" }: IncomingMessage, { isOwnHost }: GuardOptions): Refusal | undefined {
  const hosts = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === "host");
  const isPath = url.startsWith("/") && !url.startsWith("//") && !url.includes("\\");
  if (hosts.length === 1 && isOwnHost(hosts[0]!.toLowerCase()) && isPath) return undefined;
  return { status: 421, reason: "this server answers only to the address it printed when it started" };
}

function checkMethod({ method = "" }: IncomingMessage): Refusal | undefined {
  const known = [...READING, ...WRITING];
  if (known.includes(method)) return undefined;
  return { status: 405, reason: `${method} is not answered here`, headers: { Allow: known.join(", ") } };
}

/** The token in an address is exchanged for the cookie, and the address goes on without it. */
function checkToken(incoming: IncomingMessage, { access }: GuardOptions): Refusal | undefined {
  const { method, headers, url = "" } = incoming;
  const { token, rest } = takeToken(url);
  if (token !== undefined && method === "GET" && (access.accepts(token) || access.isKnown(headers))) {
    const cookie: Readonly<Record<string, string>> = { "Set-Cookie": access.cookie() };
    // A strict cookie does not go along where another site's link led here by a redirect.
    const location = isFromElsewhere(incoming) ? { Refresh: `0; url=${rest}` } : { Location: rest };
    const status = "Location" in location ? 303 : 200;
    return { status, reason: "this browser is known now", headers: { ...cookie, ...location } };
  }
  if (access.isKnown(headers)) return undefined;
  const again = isFromElsewhere(incoming) && headers["sec-fetch-mode"] === "navigate" && token === undefined;
  const refresh = again ? { Refresh: `0; url=${url}` } : undefined;
  return { status: 401, reason: CLOSED_PAGE, headers: { "WWW-Authenticate": "Bearer", ...refresh } };
}

/** Data are given, and changes made, for this server's own pages and for programs with the token alone. */
function checkSite(incoming: IncomingMessage, { access }: GuardOptions): Refusal | undefined {
  const { method = "", headers, url = "" } = incoming;
  const reason = "data are given to this server's own pages only";
  if (url.startsWith("/api/") && isFromElsewhere(incoming)) return { status: 403, reason };
  if (READING.includes(method)) return undefined;
  const { origin, host } = headers;
  const site = headers["sec-fetch-site"];
  const isOwn = origin?.toLowerCase() === `http://${host!.toLowerCase()}` && (site ?? "same-origin") === "same-origin";
  const isProgram = origin === undefined && site === undefined && access.hasBearer(headers);
  return isOwn || isProgram ? undefined : { status: 403, reason: "changes come from this server's own pages only" };
}

/** Only JSON as it is: a form of another site cannot send that, and nothing is unpacked here. */
function checkBody({ method = "", headers }: IncomingMessage): Refusal | undefined {
  if (headers["content-encoding"] !== undefined)
    return { status: 415, reason: "compressed bodies are not unpacked: send the JSON as it is" };
  if (method !== "POST" && method !== "PUT") return undefined;
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  return type === "application/json" ? undefined : { status: 415, reason: "the body must be application/json" };
}

function checkWritable({ method = "", url = "" }: IncomingMessage, { writable }: GuardOptions): Refusal | undefined {
  if (writable || READING.includes(method) || isComputation(url)) return undefined;
  return { status: 403, reason: "this server is read-only: nothing can be changed here" };
}

/** Computing on a text changes nothing. */
function isComputation(url: string): boolean {
  return /^\/api\/d\/[^/?]+\/live$/.test(url);
}

function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  return site === "cross-site" || site === "same-site";
}

/** The first `token` of an address's query, and the address without any. */
function takeToken(url: string): { readonly token: string | undefined; readonly rest: string } {
  const start = url.indexOf("?");
  if (start === -1) return { token: undefined, rest: url };
  const fields = url.slice(start + 1).split("&");
  const isToken = (field: string) => field.startsWith("token=");
  const others = fields.filter((field) => !isToken(field)).join("&");
  const rest = url.slice(0, start) + (others === "" ? "" : `?${others}`);
  return { token: fields.find(isToken)?.slice("token=".length), rest };
}

function sendRefusal(incoming: IncomingMessage, outgoing: ServerResponse, { status, reason, headers }: Refusal): void {
  const isData = incoming.url?.startsWith("/api/") === true;
  // What is still being sent is not waited for.
  const connection = READING.includes(incoming.method ?? "") ? {} : { Connection: "close" };
  outgoing.writeHead(status, {
    "Content-Type": isData ? "application/json" : "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    ...connection,
    ...headers,
  });
  outgoing.end(isData ? JSON.stringify({ error: reason }) : `${reason}\n`);
}
