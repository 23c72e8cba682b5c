import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve, sep } from "node:path";

/** A host of files as plain as they come: no rewriting, no range requests, no compression, no headers but the type. */
export interface PlainHost {
  /** Address of the folder, with a slash at its end. */
  readonly url: string;
  /** Paths asked for below the folder's address, with the bytes that were sent. */
  readonly sent: readonly { readonly path: string; readonly bytes: number }[];
  readonly close: () => void;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** Serves a folder under an address such as `/group/pages/copy/`. */
export async function openPlainHost(folder: string, under: string): Promise<PlainHost> {
  const sent: { path: string; bytes: number }[] = [];
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "/").split("?")[0]!;
    const name = path.startsWith(under) ? path.slice(under.length) || "index.html" : undefined;
    const file = name === undefined ? undefined : resolve(join(folder, decodeURIComponent(name)));
    const inside = file?.startsWith(resolve(folder) + sep) === true;
    const body = inside ? await readFile(file!).catch(() => undefined) : undefined;
    if (body === undefined) return void response.writeHead(404).end("nothing is here");
    sent.push({ path: name!, bytes: body.length });
    const type = TYPES[extname(file!)];
    response.writeHead(200, type === undefined ? {} : { "Content-Type": type }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${under}`,
    sent,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
