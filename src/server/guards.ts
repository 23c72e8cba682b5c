import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";

/** What the node adapter hands to each handler. */
export interface ServerEnvironment {
  Bindings: HttpBindings;
}

/** What the page may load and do: only what comes from where it came from, nothing inline. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'none'",
] as const;

const SECURITY_HEADERS = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY.join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Frame-Options": "DENY",
} as const;

/** Sets the security headers on every answer, also on refusals. */
export const setSecurityHeaders: MiddlewareHandler<ServerEnvironment> = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.res.headers.set(name, value);
};

/**
 * Refuses what a page of another origin could send: a Host that is not this machine's own (DNS rebinding), a request line
 * with an absolute address, any method but GET and HEAD, and data asked for by another site.
 */
export function createGuard(port: () => number): MiddlewareHandler<ServerEnvironment> {
  return async (context, next) => {
    const { rawHeaders, url = "" } = context.env.incoming;
    const hosts = rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === "host" && index % 2 === 1);
    if (hosts.length !== 1 || !isOwnHost(hosts[0]!, port()) || !url.startsWith("/") || url.startsWith("//"))
      return context.json({ error: "this server answers only to the address it printed when it started" }, 421);
    if (context.req.method !== "GET" && context.req.method !== "HEAD")
      return context.json({ error: "only GET is answered here" }, 405, { Allow: "GET, HEAD" });
    const site = context.req.header("sec-fetch-site");
    if (context.req.path.startsWith("/api/") && (site === "cross-site" || site === "same-site"))
      return context.json({ error: "data are given to this server's own pages only" }, 403);
    return next();
  };
}

function isOwnHost(host: string, port: number): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].some((name) => host.toLowerCase() === `${name}:${port}`);
}
