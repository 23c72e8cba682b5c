import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../numerics/user-error.ts";
import { createFile, makeFolder, moveTo, remove, removeFolder, removeIfPossible } from "./disk.ts";
import { TOOL_VERSION } from "./tool-version.ts";
import { explainWriteError, nameTemporary, removeAbandonedWrites } from "./write-atomically.ts";

const MANIFEST = "manifest.json";
const PAGE = "index.html";
const DATA = "data";
const KIND = "monosem-site";
const FORMAT = 1;
/** Names of letters, digits, dots and hyphens, none beginning with a dot: a path that stays inside its folder. */
const INSIDE = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

const manifestSchema = z.strictObject({
  kind: z.literal(KIND).describe("what the folder is"),
  format: z.literal(FORMAT).describe("layout of the folder"),
  toolVersion: z.string().describe("version of this tool"),
  files: z
    .array(
      z.strictObject({
        path: z.string().regex(INSIDE).describe("within the folder"),
        bytes: z.int().min(0).describe("size"),
        sha256: z.string().describe("SHA-256 of its bytes"),
      }),
    )
    .describe("every file but this one"),
});

/** The files of a static copy. */
export type SiteManifest = z.infer<typeof manifestSchema>;

/** A static copy under construction, beside its place and invisible there until it is published. */
export interface SiteWriter {
  /** Adds a file to the folder of data. */
  add(name: string, bytes: Uint8Array): void;
  /**
   * Adds the files of the page, given the name of the folder of data, and puts everything into its place. A copy that was there
   * before is whole, old or new, at any moment: the page comes last and names its data, then the files of the old one go.
   */
  publish(renderPage: (folder: string) => ReadonlyMap<string, Uint8Array>): SiteManifest;
  /** Removes what was written; nothing once it is published. */
  discard(): void;
}

/**
 * Begins a static copy that will be the folder `out`. Throws a `UserError` where a file or a folder with other contents than
 * a static copy is there. Files in the folder that are not of the copy are never touched.
 */
export function createSiteWriter(out: string): SiteWriter {
  refuseOtherContents(out);
  const beside = dirname(resolve(out));
  removeAbandonedWrites(beside);
  const temporary = nameTemporary(beside);
  const files: SiteManifest["files"] = [];
  const write = (path: string, bytes: Uint8Array) => {
    writeFile(join(temporary, path), bytes);
    files.push({ path, bytes: bytes.byteLength, sha256: createHash("sha256").update(bytes).digest("hex") });
  };
  return {
    add: (name, bytes) => explaining(out, () => write(`${DATA}/new/${name}`, bytes)),
    publish: (renderPage) =>
      explaining(out, () => {
        const folder = `${DATA}/${nameByContents(files)}`;
        moveTo(join(temporary, DATA, "new"), join(temporary, folder));
        for (const file of files) file.path = file.path.replace(`${DATA}/new`, folder);
        for (const [path, bytes] of renderPage(folder)) write(path, bytes);
        const manifest = manifestSchema.parse({ kind: KIND, format: FORMAT, toolVersion: TOOL_VERSION, files });
        writeFile(join(temporary, MANIFEST), Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));
        if (existsSync(out)) replaceCopy(out, temporary, manifest);
        else moveTo(temporary, resolve(out));
        return manifest;
      }),
    discard: () => removeIfPossible(temporary),
  };
}

/** The manifest of a static copy; undefined where the folder is none. */
export function readSiteManifest(folder: string): SiteManifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(readFileSync(join(folder, MANIFEST), "utf8"))).data;
  } catch {
    return undefined;
  }
}

function refuseOtherContents(out: string): void {
  if (!existsSync(out)) return;
  if (!statSync(out).isDirectory()) throw new UserError(`${out} is a file: name a folder with --out`, 2);
  if (readdirSync(out).length > 0 && readSiteManifest(out) === undefined)
    throw new UserError(
      `${out} holds other files and no static copy of this tool: name a new folder with --out, or an empty one`,
      2,
    );
}

function replaceCopy(out: string, temporary: string, manifest: SiteManifest): void {
  const before = readSiteManifest(out)?.files ?? [];
  const paths = manifest.files.map(({ path }) => path).filter((path) => path !== PAGE);
  for (const path of [...paths, PAGE, MANIFEST]) {
    makeFolder(dirname(join(out, path)));
    moveTo(join(temporary, path), join(out, path));
  }
  removeFolder(temporary);
  const kept = new Set(manifest.files.map(({ path }) => path));
  for (const { path } of before) if (!kept.has(path)) removeFile(out, path);
}

/** Deletes a file and the folders that are empty without it. */
function removeFile(out: string, path: string): void {
  remove(join(out, path));
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    const whole = join(out, folder);
    if (!existsSync(whole) || readdirSync(whole).length > 0) return;
    removeFolder(whole);
  }
}

function writeFile(path: string, bytes: Uint8Array): void {
  makeFolder(dirname(path));
  const file = createFile(path);
  try {
    file.write(bytes);
    file.sync();
  } finally {
    file.close();
  }
}

function nameByContents(files: SiteManifest["files"]): string {
  const hash = createHash("sha256");
  for (const { path, sha256 } of files) hash.update(`${path} ${sha256}\n`);
  return hash.digest("hex").slice(0, 16);
}

function explaining<T>(out: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explainWriteError(error, out);
  }
}
