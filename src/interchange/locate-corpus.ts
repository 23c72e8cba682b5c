import type { Dirent, Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { UserError } from "../numerics/user-error.ts";
import type { OnCorpusWarning } from "./corpus-warning.ts";

/** One file of a corpus, found but not yet opened. */
export interface CorpusFile {
  /** `-` for standard input. */
  readonly path: string;
  /** Short name for the `source` label: the file's name, or its path inside the folder it was found in. */
  readonly source: string;
  /** Named by the user (an unreadable or binary file is an error) or found in a folder or by a glob (it is skipped). */
  readonly origin: "named" | "found";
  /** Bytes on disk; undefined for standard input and pipes. */
  readonly bytes: number | undefined;
}

/** Name of the location that means standard input. */
export const STANDARD_INPUT = "-";

const SKIPPED_FOLDERS = new Set(["node_modules"]);

/**
 * Yields the files behind `locations` (files, folders, globs, `-`) in their order, folders and globs sorted, each file once.
 * Folders are read recursively without `node_modules` and entries whose name begins with a dot; links to folders are not followed.
 */
export async function* locateCorpus(
  locations: readonly string[],
  onWarning: OnCorpusWarning = () => {},
): AsyncGenerator<CorpusFile> {
  const seen = new Set<string>();
  for (const location of locations) {
    for await (const file of locateOne(location, onWarning)) {
      const key = file.path === STANDARD_INPUT ? file.path : await realpath(file.path);
      if (seen.has(key)) onWarning({ kind: "duplicate", path: file.path, message: "named twice, read once" });
      else yield file;
      seen.add(key);
    }
  }
}

async function* locateOne(location: string, onWarning: OnCorpusWarning): AsyncGenerator<CorpusFile> {
  if (location === STANDARD_INPUT) {
    yield { path: STANDARD_INPUT, source: "stdin", origin: "named", bytes: undefined };
    return;
  }
  const found = await statOrUndefined(location);
  if (found === undefined && location !== "" && isDynamicPattern(location)) yield* locateByGlob(location, onWarning);
  else if (found === undefined) throw missingPath(location);
  else if (found.isDirectory()) yield* locateInFolder(location, "", onWarning);
  else yield describeFile(location, basename(location), "named", found);
}

async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "ERR_INVALID_ARG_VALUE") return;
    throw unreadable(path, error);
  }
}

async function* locateByGlob(pattern: string, onWarning: OnCorpusWarning): AsyncGenerator<CorpusFile> {
  const paths = await glob(pattern, { ignore: ["**/node_modules/**"], expandDirectories: false, onlyFiles: true });
  if (paths.length === 0) {
    throw new UserError(
      `corpus pattern ${JSON.stringify(pattern)} matches no file; give a pattern, file or folder that exists`,
    );
  }
  for (const path of paths.sort(compareText)) {
    const file = await statFound(path, onWarning);
    if (file?.isFile()) yield describeFile(path, path.split("\\").join("/"), "found", file);
  }
}

async function* locateInFolder(folder: string, inside: string, onWarning: OnCorpusWarning): AsyncGenerator<CorpusFile> {
  for (const entry of await readFolder(join(folder, inside), inside === "", onWarning)) {
    const source = inside === "" ? entry.name : `${inside}/${entry.name}`;
    const path = join(folder, source);
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name)) yield* locateInFolder(folder, source, onWarning);
    } else {
      const file = await statFound(path, onWarning);
      if (file?.isFile()) yield describeFile(path, source, "found", file);
    }
  }
}

async function readFolder(folder: string, isNamed: boolean, onWarning: OnCorpusWarning): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.name.startsWith(".")).sort((a, b) => compareText(a.name, b.name));
  } catch (error) {
    if (isNamed) throw unreadable(folder, error);
    onWarning({ kind: "unreadable", path: folder, message: `skipped, cannot be read (${errorCode(error)})` });
    return [];
  }
}

async function statFound(path: string, onWarning: OnCorpusWarning): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    onWarning({ kind: "unreadable", path, message: `skipped, cannot be read (${errorCode(error)})` });
    return undefined;
  }
}

function describeFile(path: string, source: string, origin: CorpusFile["origin"], file: Stats): CorpusFile {
  return { path, source, origin, bytes: file.isFile() ? file.size : undefined };
}

function missingPath(location: string): UserError {
  return new UserError(
    `corpus path ${JSON.stringify(location)} does not exist; give a file, folder or glob that exists, or - for standard input`,
  );
}

/** The error for a path that exists and cannot be read. */
export function unreadable(path: string, error: unknown): UserError {
  return new UserError(
    `cannot read corpus file ${JSON.stringify(path)} (${errorCode(error)}); check its permissions and that the disk is there`,
  );
}

/** The system's code of an error, such as `EACCES`, or its message. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

/** Lower-case extension without its dot, looking through `.gz`. */
export function textExtension(path: string): string {
  const name = path.toLowerCase().replace(/\.gz$/, "");
  return extname(name).slice(1);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
