import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createRandomStream } from "../src/numerics/random.ts";
import type { DictionarySummary } from "../src/server/api.ts";
import { LIVE_POOL_LIMITS } from "../src/server/live-pool.ts";
import { createAsker, runLoops, type Timings } from "../test/support/closed-loop.ts";
import { writeFakeRun } from "../test/support/fake-run.ts";
import { startMonosem } from "../test/support/run-monosem.ts";
import { type Addressed, fetchFrom } from "../test/support/send-request.ts";

/**
 * `npm run bench -- server-load [--run DIR] [--features 131072] [--seconds 10] [--connections 100] [--only records] [--json]`: the server
 * in a process of its own, asked by this one over kept-alive connections and by `wrk` where that is installed. `--run` wants a run
 * with feature pages and a model (its name in small letters without marks); `--features` makes another, of made-up pages. Only where
 * they are named: `--only overload` (ten times the questions that may wait, ten times the connections), `--only crowd` (10,000 silent
 * connections, or `--crowd N`), `--only soak` (half of what the server can do, or `--rate` records a second, for `--seconds`: answers,
 * open files and memory as it goes, and at its end the slope of memory and how late the server's event loop was).
 */
const { values } = parseArgs({
  options: {
    run: { type: "string" },
    features: { type: "string", default: "0" },
    seconds: { type: "string", default: "10" },
    connections: { type: "string", default: "100" },
    crowd: { type: "string", default: "10000" },
    rate: { type: "string" },
    only: { type: "string", multiple: true, default: ["pages", "records", "wrk", "mixed", "search", "opening"] },
    json: { type: "boolean", default: false },
  },
});

const DISTINCT = 64;
const THINK_MS = 1000;
const TICKS_PER_SECOND = 100;
const SOAK_PART_SECONDS = 15;
const STEER = { prompt: "1,2,3,4,5,6,7,8,9,10", interventions: [], errorTerm: "drop", tokens: 200 } as const;

interface Served {
  readonly port: number;
  readonly token: string;
  readonly pid: number;
  readonly dictionary: string;
  readonly features: number;
  readonly pack: string;
}

const MEASURES = {
  pages: measurePages,
  records: measureRecords,
  wrk: runWrk,
  mixed: measureMixed,
  search: measureSearch,
  overload: measureOverload,
  crowd: measureCrowd,
  soak: measureSoak,
};
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), "monosem-load-"));
const loopLog = join(folder, "event-loop.jsonl");
const random = createRandomStream(1, "server load");
let drawn = 0;
try {
  if (values.run !== undefined) await measureRun(resolve(values.run));
  if (Number(values.features) > 0) {
    writeFakeRun(join(folder, "made"), Number(values.features), DISTINCT);
    await measureRun(join(folder, "made"));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureRun(run: string): Promise<void> {
  const child = startMonosem(["serve", "--run", run, "--port", "0"], loopLog);
  const address = await new Promise<URL>((found) =>
    child.stdout?.once("data", (bytes: Buffer) => found(new URL(bytes.toString().trim()))),
  );
  const opened = { port: Number(address.port), token: address.searchParams.get("token")!, pid: child.pid! };
  const dictionary = `${basename(run)}-main`;
  try {
    if (values.only.includes("opening")) await measureOpening(opened, dictionary);
    const summary = await getJson<DictionarySummary>(opened, `/api/d/${dictionary}`);
    const { features, files } = summary.pack!;
    const served = { ...opened, dictionary, features, pack: files["records.bin"].sha256.slice(0, 16) };
    for (const [name, measure] of Object.entries(MEASURES)) if (values.only.includes(name)) await measure(served);
    report("memory", { features, ...readMemory(served) });
  } finally {
    child.kill("SIGINT");
  }
}

/** One reader, one request at a time: the page itself, and what a feature's page asks for. */
async function measurePages(served: Served): Promise<void> {
  const base = `/api/d/${served.dictionary}`;
  const paths = (round: number) => [
    `/d/${served.dictionary}/f/${round % served.features}`,
    recordPath(served),
    base,
    `${base}/annotations`,
  ];
  await runLoops(served, 1, 1, (asker, _, round) => asker.ask(paths(round)[round % 4]!));
  const timings = await runLoops(served, 1, seconds, (asker, _, round) => asker.ask(paths(round)[round % 4]!));
  report("pages", { features: served.features, ...summarise(timings) });
}

async function measureRecords(served: Served): Promise<void> {
  const loops = Number(values.connections);
  await runLoops(served, loops, 2, (asker) => asker.ask(recordPath(served)));
  const before = readProcessorSeconds(served);
  const timings = await runLoops(served, loops, seconds, (asker) => asker.ask(recordPath(served)));
  const processorUs = (1e6 * (readProcessorSeconds(served) - before)) / timings.milliseconds.length;
  report("records", { features: served.features, connections: loops, processorUs, ...summarise(timings) });
}

/** Readers who think for a second, beside four texts that are being written all the time. */
async function measureMixed(served: Served): Promise<void> {
  const model = await fetchFrom(served, `/api/runs/${served.dictionary.slice(0, -"-main".length)}/model-config`);
  if (!model.ok) return;
  const stop = new AbortController();
  const tokens = { count: 0 };
  const writers = Array.from({ length: 4 }, (_, seed) => writeTexts(served, seed, tokens, stop.signal));
  await setTimeout(THINK_MS);
  const before = tokens.count;
  const base = `/api/d/${served.dictionary}`;
  const timings = await runLoops(served, 100, seconds, async (asker, loop, round) => {
    await setTimeout(THINK_MS * (round === 0 ? random.uniform(drawn++) : 0.5 + random.uniform(drawn++)));
    return asker.ask((loop + round) % 5 === 0 ? `${base}/annotations` : recordPath(served));
  });
  const written = (tokens.count - before) / timings.seconds;
  stop.abort();
  await Promise.allSettled(writers);
  report("mixed", { features: served.features, users: 100, tokensPerSecond: written, ...summarise(timings) });
}

async function writeTexts(served: Served, seed: number, tokens: { count: number }, signal: AbortSignal): Promise<void> {
  const sampling = { temperature: 1, topK: 0, topP: 1 };
  for (let round = 0; !signal.aborted; round++) {
    const body = JSON.stringify({ kind: "steer", ...STEER, ...sampling, seed: seed + 4 * round });
    const headers = { Authorization: `Bearer ${served.token}`, "Content-Type": "application/json" };
    const address = `http://127.0.0.1:${served.port}/api/d/${served.dictionary}/live`;
    const answer = await fetch(address, { method: "POST", headers, body, signal });
    if (!answer.ok) throw new Error(`live: ${answer.status} ${await answer.text()}`);
    for await (const text of answer.body!.pipeThrough(new TextDecoderStream()))
      tokens.count += text.split('"kind":"token"').length - 1;
  }
}

async function measureSearch(served: Served): Promise<void> {
  const base = `/api/d/${served.dictionary}/search?q=`;
  const asker = await createAsker(served);
  const first = await asker.ask(`${base}a`);
  asker.close();
  const letters = "etaoinshrdlucmfwyp";
  const draw = () => letters[Math.floor(letters.length * random.uniform(drawn++))]!;
  const word = () => Array.from({ length: 1 + Math.floor(4 * random.uniform(drawn++)) }, draw).join("");
  const timings = await runLoops(served, 1, seconds, async (one, _, round) =>
    one.ask(base + (round % 3 === 0 ? `${word()}+${word()}` : word())),
  );
  report("search", { features: served.features, firstMs: first, ...summarise(timings) });
}

/** How long others wait while a pack is opened for the first time. */
async function measureOpening(
  server: Omit<Served, "dictionary" | "features" | "pack">,
  dictionary: string,
): Promise<void> {
  const asker = await createAsker(server);
  await asker.ask("/api/session");
  const start = performance.now();
  let opened = 0;
  const opening = createAsker(server).then(async (one) => {
    await one.ask(`/api/d/${dictionary}/pack`);
    opened = performance.now() - start;
    one.close();
  });
  const others: number[] = [];
  while (opened === 0) others.push(await asker.ask("/api/session"));
  await opening;
  asker.close();
  const milliseconds = others.sort((a, b) => a - b);
  report("opening", { openedMs: opened, ...summarise({ milliseconds, errors: 0, seconds: opened / 1000 }) });
}

/** Ten times the texts that may wait, and ten times the connections; then what one reader waits for in the five seconds after. */
async function measureOverload(served: Served): Promise<void> {
  const { slots, waiting } = LIVE_POOL_LIMITS;
  const stop = new AbortController();
  const asked = Array.from({ length: 10 * (slots + waiting) }, (_, seed) => askToWrite(served, seed, stop.signal));
  const loops = 10 * Number(values.connections);
  const under = await runLoops(served, loops, seconds, (asker) => asker.ask(recordPath(served)));
  stop.abort();
  const statuses = await Promise.all(asked);
  const count = (status: number) => statuses.filter((each) => each === status).length;
  const texts = { answered: count(200), calledOff: count(0), tooMany: count(429) };
  report("overload", { connections: loops, ...texts, ...summarise(under) });
  report("after-overload", summarise(await runLoops(served, 1, 5, (asker) => asker.ask(recordPath(served)))));
}

/** The status of one more text to write: 0 where it still waited when all was called off. */
async function askToWrite(served: Served, seed: number, signal: AbortSignal): Promise<number> {
  const body = JSON.stringify({ kind: "steer", ...STEER, temperature: 1, topK: 0, topP: 1, seed });
  const headers = { Authorization: `Bearer ${served.token}`, "Content-Type": "application/json" };
  const address = `http://127.0.0.1:${served.port}/api/d/${served.dictionary}/live`;
  try {
    const answer = await fetch(address, { method: "POST", headers, body, signal });
    await answer.text().catch(() => "");
    return answer.status;
  } catch {
    return 0;
  }
}

/** Silent connections: how many are held, what a reader who was there before waits for, and when another gets in. */
async function measureCrowd(served: Served): Promise<void> {
  const reader = await createAsker(served);
  const start = performance.now();
  const sockets = Array.from({ length: Number(values.crowd) }, () => connect(served.port, "127.0.0.1"));
  let held = sockets.length;
  for (const socket of sockets) socket.on("error", () => {}).on("close", () => held--);
  const milliseconds: number[] = [];
  while (performance.now() - start < 5000) {
    milliseconds.push(await reader.ask(recordPath(served)));
    await setTimeout(5);
  }
  const [heldThen, files, memory] = [held, countFiles(served), readMemory(served)];
  const admittedMs = await waitUntilAdmitted(served, start);
  for (const socket of sockets) socket.destroy();
  reader.close();
  const timings = { milliseconds: milliseconds.sort((a, b) => a - b), errors: 0, seconds: 5 };
  report("crowd", { crowd: sockets.length, held: heldThen, files, ...memory, admittedMs, ...summarise(timings) });
}

/** Milliseconds since `start` until a new connection is answered. */
async function waitUntilAdmitted(served: Served, start: number): Promise<number> {
  for (;;) {
    try {
      const one = await createAsker(served);
      await one.ask(recordPath(served));
      one.close();
      return performance.now() - start;
    } catch {
      await setTimeout(50);
    }
  }
}

/** Half of what the connections could ask for, or `--rate`, long: answers, memory and open files as it goes on. */
async function measureSoak(served: Served): Promise<void> {
  const loops = Number(values.connections);
  const most = await runLoops(served, loops, 3, (asker) => asker.ask(recordPath(served)));
  const mostPerSecond = most.milliseconds.length / most.seconds;
  const pauseMs = (1000 * loops) / (values.rate === undefined ? mostPerSecond / 2 : Number(values.rate));
  const parts = Math.max(4, Math.round(seconds / SOAK_PART_SECONDS));
  const seen = readLoopLog().length;
  const start = performance.now();
  const memory: { readonly hours: number; readonly residentMB: number }[] = [];
  let errors = 0;
  for (let part = 1; part <= parts; part++) {
    const timings = await runLoops(served, loops, seconds / parts, async (asker) => {
      await setTimeout(2 * pauseMs * random.uniform(drawn++));
      return asker.ask(recordPath(served));
    });
    const usage = readMemory(served);
    memory.push({ hours: (performance.now() - start) / 3.6e6, residentMB: usage.residentMB! });
    errors += timings.errors;
    report("soak", { part, mostPerSecond, files: countFiles(served), ...usage, ...summarise(timings) });
  }
  const late = summariseLateness(readLoopLog().slice(seen));
  const whole = fitSlope(memory);
  const secondHalf = fitSlope(memory.slice(Math.floor(parts / 2)));
  report("soak-total", {
    seconds,
    errors,
    megabytesPerHour: whole.slope,
    error: whole.error,
    secondHalfMegabytesPerHour: secondHalf.slope,
    secondHalfError: secondHalf.error,
    ...late,
  });
}

/** How late the server's timers were, by half milliseconds, a line a second. */
function readLoopLog(): Record<string, number>[] {
  if (!existsSync(loopLog)) return [];
  return readFileSync(loopLog, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as Record<string, number>);
}

function summariseLateness(lines: readonly Record<string, number>[]): Record<string, number> {
  const counts = new Map<number, number>();
  for (const [bucket, count] of lines.flatMap((line) => Object.entries(line)))
    counts.set(Number(bucket), (counts.get(Number(bucket)) ?? 0) + count);
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  const upTo = sorted.map(([bucket, count]) => {
    below += count;
    return { bucket, below };
  });
  const at = (share: number) => ((upTo.find((entry) => entry.below >= share * total)?.bucket ?? Number.NaN) + 1) / 2;
  return { loopMedianMs: at(0.5), loopP99Ms: at(0.99), loopP999Ms: at(0.999), loopSlowestMs: at(1), timers: total };
}

/** The least-squares slope of resident megabytes over hours and its standard error. */
function fitSlope(points: readonly { readonly hours: number; readonly residentMB: number }[]) {
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(({ hours }) => hours), mean(({ residentMB }) => residentMB)];
  const spread = points.reduce((sum, { hours }) => sum + (hours - x) ** 2, 0);
  const slope = points.reduce((sum, { hours, residentMB }) => sum + (hours - x) * (residentMB - y), 0) / spread;
  const squares = points.reduce((sum, point) => sum + (point.residentMB - y - slope * (point.hours - x)) ** 2, 0);
  return { slope, error: Math.sqrt(squares / Math.max(1, points.length - 2) / spread) };
}

function countFiles({ pid }: Served): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

async function runWrk(served: Served): Promise<void> {
  if (spawnSync("wrk", ["--version"]).error !== undefined) return report("wrk", { installed: 0 });
  const script = join(folder, "records.lua");
  writeFileSync(
    script,
    `math.randomseed(1)
request = function()
  return wrk.format("GET", "/api/d/${served.dictionary}/features/" .. math.random(0, ${served.features - 1}) .. "?pack=${served.pack}")
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("{\\"perSecond\\":%f,\\"medianMs\\":%f,\\"p95Ms\\":%f,\\"p99Ms\\":%f,\\"p999Ms\\":%f,\\"errors\\":%d}\\n",
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, latency:percentile(99.9) / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
`,
  );
  const args = [
    "-t",
    "1",
    "-c",
    values.connections,
    "-d",
    `${seconds}s`,
    "-H",
    `Authorization: Bearer ${served.token}`,
  ];
  const before = readProcessorSeconds(served);
  const output = await new Promise<string>((ended) => {
    const wrk = spawn("wrk", [...args, "-s", script, `http://127.0.0.1:${served.port}/`]);
    let text = "";
    wrk.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
    wrk.on("close", () => ended(text));
  });
  const figures = JSON.parse(output.trim().split("\n").at(-1)!) as Record<string, number>;
  const processorUs = (1e6 * (readProcessorSeconds(served) - before)) / (figures.perSecond! * seconds);
  report("wrk", { features: served.features, connections: Number(values.connections), processorUs, ...figures });
}

function recordPath({ dictionary, features, pack }: Served): string {
  return `/api/d/${dictionary}/features/${Math.floor(features * random.uniform(drawn++))}?pack=${pack}`;
}

async function getJson<T>(server: Addressed, path: string): Promise<T> {
  return (await (await fetchFrom(server, path)).json()) as T;
}

/** What the server's process has used of processors; a record's share says more than its latency where others compute too. */
function readProcessorSeconds({ pid }: Served): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Megabytes of the server's process now, and at most so far. */
function readMemory({ pid }: Served): Record<string, number> {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1000;
  return { residentMB: read("VmRSS"), peakMB: read("VmHWM") };
}

function summarise({ milliseconds, errors, seconds: took }: Timings): Record<string, number> {
  const at = (share: number) =>
    milliseconds[Math.min(milliseconds.length - 1, Math.floor(share * milliseconds.length))]!;
  const quantiles = { medianMs: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), p999Ms: at(0.999), slowestMs: at(1) };
  return { perSecond: milliseconds.length / took, ...quantiles, errors };
}

function report(name: string, figures: Record<string, number>): void {
  const all = { ...figures, load: loadavg()[0]! };
  const rounded = Object.entries(all).map(([key, value]) => [key, Math.round(value * 100) / 100] as const);
  const line = values.json
    ? JSON.stringify({ name: `server-load/${name}`, ...Object.fromEntries(rounded) })
    : `server-load/${name}  ${rounded.map(([key, value]) => `${key} ${value}`).join("  ")}`;
  process.stdout.write(`${line}\n`);
}
