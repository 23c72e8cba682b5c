import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** What a package's file is to the corpus. */
export type PackageFileKind = "docs" | "licence" | "types" | "json" | "code" | "style" | "translation";

/** A text file of a package installed beside the tool. */
export interface PackageFile {
  readonly path: string;
  /** `package/path/inside/it`. */
  readonly source: string;
  readonly kind: PackageFileKind;
  /** The `license` field of its package, or `unknown`. */
  readonly licence: string;
}

interface Manifest {
  readonly license?: unknown;
}

interface Lockfile {
  readonly packages?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const OWN_NAME = "monosem";
const WITNESS = "zod";
const MAX_FILES = 40_000;

const KIND_BY_EXTENSION: Readonly<Record<string, PackageFileKind>> = {
  md: "docs",
  markdown: "docs",
  txt: "docs",
  rst: "docs",
  js: "code",
  mjs: "code",
  cjs: "code",
  jsx: "code",
  ts: "code",
  mts: "code",
  cts: "code",
  tsx: "code",
  flow: "types",
  h: "code",
  sh: "code",
  ps1: "code",
  py: "code",
  json: "json",
  css: "style",
  html: "style",
};

/** The `node_modules` folder nearest above `start` that holds the tool's dependencies; undefined where there is none. */
export function findNodeModules(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidates = basename(folder) === "node_modules" ? [folder] : [join(folder, "node_modules")];
    const found = candidates.find((candidate) => existsSync(join(candidate, WITNESS, "package.json")));
    if (found !== undefined) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * Lists the text files of the packages in `nodeModules`, sorted by name, without packages bound to a platform (`os`, `cpu` or
 * `libc` in their manifest, or optional in the installed lockfile), second builds of one module, minified bundles by name and
 * source maps.
 */
export async function listPackageFiles(nodeModules: string): Promise<PackageFile[]> {
  const optional = await readOptionalPackages(nodeModules);
  const files: PackageFile[] = [];
  for (const name of await listPackages(nodeModules)) {
    const manifest = await readManifest(join(nodeModules, name));
    if (manifest === undefined || isPlatformBound(manifest) || optional.has(name) || name === OWN_NAME) continue;
    const licence = typeof manifest.license === "string" ? manifest.license : "unknown";
    const found: string[] = [];
    await walk(join(nodeModules, name), "", found);
    for (const inside of keepOneBuild(found)) {
      const kind = classify(name, inside);
      if (kind) files.push({ path: join(nodeModules, name, inside), source: `${name}/${inside}`, kind, licence });
    }
    if (files.length > MAX_FILES) break;
  }
  return files;
}

async function listPackages(nodeModules: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of (await readdir(nodeModules)).sort()) {
    if (entry.startsWith(".")) continue;
    if (entry.startsWith("@")) {
      const scoped = await readdir(join(nodeModules, entry));
      names.push(...scoped.sort().map((name) => `${entry}/${name}`));
    } else names.push(entry);
  }
  return names;
}

async function readOptionalPackages(nodeModules: string): Promise<ReadonlySet<string>> {
  const lockfile = await readJson<Lockfile>(join(nodeModules, ".package-lock.json"));
  const packages = Object.entries(lockfile?.packages ?? {});
  const optional = packages.filter(([, entry]) => entry.optional === true);
  return new Set(optional.map(([path]) => path.replace(/^node_modules\//, "")));
}

function readManifest(folder: string): Promise<Manifest | undefined> {
  return readJson(join(folder, "package.json"));
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}

function isPlatformBound(manifest: Manifest): boolean {
  return "os" in manifest || "cpu" in manifest || "libc" in manifest;
}

async function walk(folder: string, inside: string, found: string[]): Promise<void> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = inside === "" ? entry.name : `${inside}/${entry.name}`;
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    if (entry.isDirectory()) await walk(folder, path, found);
    else if (entry.isFile() && (await stat(join(folder, path))).size > 0) found.push(path);
  }
}

const BUILD_ORDER = ["ts", "tsx", "d.ts", "js", "mjs", "cjs", "d.mts", "d.cts"];

function keepOneBuild(paths: readonly string[]): string[] {
  const present = new Set(paths);
  return paths.filter((path) => {
    if (/(^|\/)(cjs|umd|amd|iife)\//.test(path) || /[.-]min\.[a-z]+$|\.map$/.test(path)) return false;
    const match = /^(.*?)\.(d\.[mc]?ts|[mc]?[jt]sx?)$/.exec(path);
    if (match === null) return true;
    const isType = match[2]!.startsWith("d.");
    const better = BUILD_ORDER.slice(0, BUILD_ORDER.indexOf(match[2]!)).filter(
      (build) => build.startsWith("d.") === isType,
    );
    return !better.some((build) => present.has(`${match[1]}.${build}`));
  });
}

function classify(packageName: string, inside: string): PackageFileKind | undefined {
  const name = basename(inside).toLowerCase();
  if (/(licen[sc]e|notice|copying|copyright)/.test(name)) return "licence";
  if (packageName === WITNESS && /locales\/[\w-]+\.js$/.test(inside)) return "translation";
  if (packageName === "axe-core" && /locales\/[a-z][\w-]*\.json$/.test(inside)) return "translation";
  if (/(^|\/)locales\//.test(inside) && (packageName === WITNESS || packageName === "axe-core")) return undefined;
  if (/\.d\.[mc]?ts$/.test(name)) return "types";
  if (/^(readme|changelog|changes|history|contributing|security|authors)$/.test(name)) return "docs";
  return KIND_BY_EXTENSION[name.slice(name.lastIndexOf(".") + 1)];
}
