import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSiteWriter, readSiteManifest } from "./site-folder.ts";

let folder: string;
let out: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "monosem-site-"));
  out = join(folder, "copy");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const encode = (text: string) => new TextEncoder().encode(text);

function write(data: string) {
  const writer = createSiteWriter(out);
  writer.add("d/a.bin", encode(data));
  return writer.publish(
    (place) =>
      new Map([
        ["index.html", encode(place)],
        [`assets/${data}.js`, encode("let x;")],
      ]),
  );
}

test("a copy holds its files, and a manifest with their sizes and hashes", () => {
  const manifest = write("one");
  const page = readFileSync(join(out, "index.html"), "utf8");
  expect(page).toMatch(/^data\/[0-9a-f]{16}$/);
  expect(readFileSync(join(out, page, "d/a.bin"), "utf8")).toBe("one");
  expect(readSiteManifest(out)).toEqual(manifest);
  expect(manifest.files.map(({ path }) => path)).toEqual([`${page}/d/a.bin`, "index.html", "assets/one.js"]);
  expect(readdirSync(folder)).toEqual(["copy"]);
});

test("a second copy takes the place of the first and leaves other files alone", () => {
  write("one");
  const first = readFileSync(join(out, "index.html"), "utf8");
  writeFileSync(join(out, "CNAME"), "example.org");
  mkdirSync(join(out, ".git"));
  write("two");
  const second = readFileSync(join(out, "index.html"), "utf8");
  expect(second).not.toBe(first);
  expect(readFileSync(join(out, second, "d/a.bin"), "utf8")).toBe("two");
  expect(readdirSync(join(out, "data"))).toEqual([second.replace("data/", "")]);
  expect(readdirSync(join(out, "assets"))).toEqual(["two.js"]);
  expect(readdirSync(out).sort()).toEqual([".git", "CNAME", "assets", "data", "index.html", "manifest.json"]);
  write("two");
  expect(readFileSync(join(out, "index.html"), "utf8")).toBe(second);
  expect(readdirSync(folder)).toEqual(["copy"]);
});

test("a folder with other contents is refused and not touched, an empty one is taken", () => {
  mkdirSync(out);
  writeFileSync(join(out, "thesis.txt"), "years of work");
  expect(() => createSiteWriter(out)).toThrow("holds other files and no static copy");
  expect(() => createSiteWriter(join(out, "thesis.txt"))).toThrow("is a file");
  writeFileSync(
    join(out, "manifest.json"),
    '{"kind":"monosem-site","format":1,"toolVersion":"0","files":[{"path":"../x"}]}',
  );
  expect(() => createSiteWriter(out)).toThrow("holds other files");
  rmSync(out, { recursive: true });
  mkdirSync(out);
  write("one");
  expect(readSiteManifest(out)).toBeDefined();
});

test("a manifest that names a place outside its folder is none", () => {
  mkdirSync(out);
  for (const path of ["../x", "/x", "a/../../x", "a//x", "C:\\x", ".git/config"]) {
    const manifest = { kind: "monosem-site", format: 1, toolVersion: "0", files: [{ path, bytes: 1, sha256: "" }] };
    writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest));
    expect(readSiteManifest(out)).toBeUndefined();
  }
});

test("a copy that is given up leaves nothing", () => {
  const writer = createSiteWriter(out);
  writer.add("a.bin", encode("x"));
  writer.discard();
  expect(readdirSync(folder)).toEqual([]);
});
