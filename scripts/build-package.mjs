// Fills dist/ with what is published: compiled JavaScript, the web page, native sources, presets and a package.json without the pinned runtime.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, "dist");
const COPIED = ["README.md", "LICENSE", "CHANGELOG.md", "native", "presets", "scripts/build-native.mjs"];

for (const name of ["lib", ...COPIED]) rmSync(join(DIST, name), { recursive: true, force: true });
compile();
makeExecutable(join(DIST, "lib", "cli", "main.js"));
for (const name of COPIED)
  if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(DIST, name), { recursive: true });
writeManifest();
process.stderr.write("monosem: dist/ is ready; pack it with npm pack ./dist\n");

function compile() {
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(1);
}

function makeExecutable(path) {
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.startsWith("#!") ? text : `#!/usr/bin/env node\n${text}`);
  chmodSync(path, 0o755);
}

function writeManifest() {
  const source = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const { name, version, description, license, type, engines, dependencies } = source;
  const manifest = {
    name,
    version,
    description,
    license,
    type,
    engines,
    bin: { monosem: "lib/cli/main.js" },
    exports: { ".": { types: "./lib/index.d.ts", default: "./lib/index.js" }, "./package.json": "./package.json" },
    files: ["lib", "web", "native", "presets", "scripts", "CHANGELOG.md"],
    dependencies,
  };
  writeFileSync(join(DIST, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
