// Builds the native kernels with the system's C++ compiler alone; objects are cached by hash of all that goes into them.
// Exit codes: 0 built or up to date, 1 the compiler refused, 3 there is no compiler.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = join(ROOT, "native");
const COMPILER = process.env.CXX ?? "c++";
const ONCE = new Set(["addon.cc", "pool.cc"]);
const COMMON = ["-std=c++20", "-O3", "-fPIC", "-fvisibility=hidden", "-ffp-contract=fast", "-fno-math-errno"];
const FLAGS = [...COMMON, "-fno-trapping-math", "-Wall", "-Wextra", "-pthread"];
const LEVELS = {
  x64: {
    avx512: ["-march=x86-64-v4", "-mprefer-vector-width=512"],
    avx2: ["-march=x86-64-v3"],
    baseline: [],
  },
  arm64: { neon: [] },
};

process.exitCode = await main();

async function main() {
  const version = compilerVersion();
  if (version === undefined) return 3;
  const { cache, output } = folders();
  mkdirSync(cache, { recursive: true });
  mkdirSync(dirname(output), { recursive: true });
  const jobs = listJobs(version, cache);
  const linked = join(cache, "linked");
  const key = hash(jobs.map(({ object }) => object).join("\n"));
  if (existsSync(output) && existsSync(linked) && readFileSync(linked, "utf8") === key) return 0;
  const missing = jobs.filter(({ object }) => !existsSync(object));
  say(`compiling the native kernels with ${COMPILER} (${missing.length} of ${jobs.length} objects)`);
  const started = Date.now();
  if (!(await compileAll(missing)) || !(await link(jobs, output))) {
    say("the native kernels were not built: the compiler's messages are above");
    return 1;
  }
  writeFileSync(linked, key);
  removeStale(cache, jobs);
  say(`built the native kernels in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return 0;
}

/** Objects of earlier sources would pile up. */
function removeStale(cache, jobs) {
  const current = new Set(jobs.map(({ object }) => basename(object)));
  for (const name of readdirSync(cache)) if (name.endsWith(".o") && !current.has(name)) rmSync(join(cache, name));
}

function compilerVersion() {
  if (process.platform === "win32") {
    say("the native kernels are not available on Windows; the plain TypeScript kernels are used instead");
    return undefined;
  }
  const { status, stdout } = spawnSync(COMPILER, ["--version"], { encoding: "utf8" });
  if (status === 0) return stdout;
  say(
    `no C++ compiler ("${COMPILER}") was found, so the fast native kernels cannot be built; install one (Debian and Ubuntu: g++, Fedora: gcc-c++, Alpine: g++, macOS: xcode-select --install) and run the command again`,
  );
  return undefined;
}

/** The package's own folder where it can be written, otherwise the user's cache; src/kernels/native.ts looks in both. */
function folders() {
  try {
    accessSync(ROOT, constants.W_OK);
    return { cache: join(ROOT, ".cache", "native"), output: join(ROOT, "build", "native", "monosem.node") };
  } catch {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const user = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
    const cache = join(user, "monosem", `native-${version}-${process.arch}`);
    return { cache, output: join(cache, "monosem.node") };
  }
}

function listJobs(version, cache) {
  const files = readdirSync(SOURCES).sort();
  const headers = files.filter((name) => name.endsWith(".h")).map((name) => readFileSync(join(SOURCES, name), "utf8"));
  const levels = Object.entries(LEVELS[process.arch] ?? { baseline: [] });
  const include = join(dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json")), "include");
  const only = levels.length === 1 ? [`-DMONOSEM_ONLY_LEVEL=${levels[0][0]}`] : [];
  return files
    .filter((name) => name.endsWith(".cc"))
    .flatMap((name) => {
      const variants = ONCE.has(name) ? [["", []]] : levels;
      return variants.map(([level, options]) => {
        const flags = [...FLAGS, ...only, ...options, ...(level === "" ? [] : [`-DLEVEL=${level}`])];
        const source = join(SOURCES, name);
        const key = hash(JSON.stringify([version, flags, headers, readFileSync(source, "utf8")])).slice(0, 16);
        const object = join(cache, [basename(name, ".cc"), level, key, "o"].filter(Boolean).join("."));
        return { object, source, flags: [...flags, `-I${include}`] };
      });
    });
}

async function compileAll(jobs) {
  const queue = [...jobs];
  let good = true;
  const work = async () => {
    for (let job = queue.shift(); job !== undefined && good; job = queue.shift()) good = (await compile(job)) && good;
  };
  await Promise.all(Array.from({ length: Math.min(8, availableParallelism()) }, work));
  return good;
}

async function compile({ object, source, flags }) {
  const partial = `${object}.${process.pid}`;
  const code = await run([...flags, "-c", source, "-o", partial]);
  if (code === 0) renameSync(partial, object);
  return code === 0;
}

async function link(jobs, output) {
  const partial = `${output}.${process.pid}`;
  const system = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];
  const objects = jobs.map(({ object }) => object);
  const code = await run(["-shared", "-fPIC", "-pthread", ...system, ...objects, "-o", partial]);
  if (code === 0) renameSync(partial, output);
  return code === 0;
}

function run(options) {
  return new Promise((resolve) => {
    const child = spawn(COMPILER, options, { stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", () => resolve(1));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

function hash(text) {
  return createHash("sha256").update(text).digest("hex");
}

function say(sentence) {
  process.stderr.write(`monosem: ${sentence}\n`);
}
