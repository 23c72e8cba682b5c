import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** One file of the built page, in memory. */
export interface WebAsset {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  /** Its name holds a hash of its content. */
  readonly immutable: boolean;
}

/** The closed manifest of the built page: URL path to file. Nothing else is ever served from disk. */
export type WebAssets = ReadonlyMap<string, WebAsset>;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

/** Reads the built page once; empty when it has not been built. Files of unknown type and links are left out. */
export function readWebAssets(folder = builtPageFolder()): WebAssets {
  const assets = new Map<string, WebAsset>();
  if (existsSync(folder)) collect(assets, folder, "");
  return assets;
}

function collect(assets: Map<string, WebAsset>, folder: string, prefix: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${prefix}/${entry.name}`;
    if (entry.isDirectory()) collect(assets, join(folder, entry.name), path);
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const body = new Uint8Array(readFileSync(join(folder, entry.name)));
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    assets.set(path, { body, gzip: new Uint8Array(gzipSync(body)), type, etag, immutable: prefix === "/assets" });
  }
}

function builtPageFolder(): string {
  const relative = import.meta.url.endsWith(".ts") ? "../../dist/web/" : "../../web/";
  return fileURLToPath(new URL(relative, import.meta.url));
}
