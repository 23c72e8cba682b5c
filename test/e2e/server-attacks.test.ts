import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readWebAssets } from "../../src/server/web-assets.ts";
import { writeFakeRun } from "../support/fake-run.ts";
import { startMonosem } from "../support/run-monosem.ts";
import { type Answer, type Sending, sendRequest } from "../support/send-request.ts";

const CANARY = "canary-5f0e8c1d";
const ROOT = resolve(import.meta.dirname, "../..");

interface Serving {
  readonly child: ChildProcess;
  readonly port: number;
  readonly token: string;
  readonly output: () => string;
}

let folder: string;
let server: Serving;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "monosem-attacks-"));
  writeFakeRun(join(folder, "tiny"), 12);
  server = await serve([]);
});

afterAll(async () => {
  await stop(server);
  rmSync(folder, { recursive: true, force: true });
});

test("by default only this machine can connect", async () => {
  const listening = listListeners(server.port);
  expect(listening).toEqual(["0100007F"]);
  for (const address of listOtherAddresses()) await expect(open(server.port, address)).rejects.toThrow("ECONNREFUSED");
});

test("another host is warned about, wants the token all the same, and lets nothing be written", async () => {
  const shared = await serve(["--host", "0.0.0.0"]);
  try {
    expect(shared.output()).toMatch(/warning: other machines can connect to 0\.0\.0\.0/);
    expect(listListeners(shared.port)).toEqual(["00000000"]);
    for (const address of ["127.0.0.1", ...listOtherAddresses()]) {
      const ask = (headers: string) =>
        exchange(
          shared.port,
          `GET /api/session HTTP/1.1\r\nHost: ${address}:${shared.port}\r\n${headers}\r\n`,
          address,
        );
      expect(await ask("")).toMatch(/^HTTP\/1.1 401 /);
      expect(await ask(`Authorization: Bearer ${shared.token}\r\n`)).toContain('"writable":false');
    }
    const rebound = `GET / HTTP/1.1\r\nHost: evil.example:${shared.port}\r\nAuthorization: Bearer ${shared.token}\r\n\r\n`;
    expect(await exchange(shared.port, rebound)).toMatch(/^HTTP\/1.1 421 /);
  } finally {
    await stop(shared);
  }
});

test.each([
  "..",
  "%2e%2e",
  "..%2f..%2fetc%2fpasswd",
  "%2e%2e%5c%2e%2e%5cwindows",
  "C:%5cwindows",
  "%5c%5cserver%5cshare",
  "tiny%00",
  "tiny%2f..",
  "%c0%ae%c0%ae%2f",
  "%ff",
  "TINY",
  "tiny-main%2f..%2f..",
  "__proto__",
  "constructor",
])("an id such as %s leads to no run, no dictionary and no file", async (id) => {
  for (const path of [
    `/api/runs/${id}`,
    `/api/runs/${id}/model`,
    `/api/d/${id}`,
    `/api/d/${id}/weights`,
    `/assets/${id}`,
  ]) {
    const { status, body } = await send({ path });
    // Dots are resolved to the page itself before anything is looked up.
    expect([200, 400, 404], path).toContain(status);
    if (status === 200) expect([path, body.includes("<!doctype html>")]).toEqual([`/assets/${id}`, true]);
    expect(body).not.toMatch(/root:|\[fonts\]|safetensors"|"experiment"/);
  }
});

test("links in the folder of the page are not followed", () => {
  const built = join(folder, "built");
  mkdirSync(join(built, "assets"), { recursive: true });
  writeFileSync(join(built, "index.html"), "page");
  symlinkSync("/etc/passwd", join(built, "assets", "secret.js"));
  symlinkSync("/etc", join(built, "etc"));
  expect([...readWebAssets(built).keys()]).toEqual(["/index.html"]);
});

test("headers beyond 16 kB are refused", async () => {
  const { status } = await send({ path: "/api/session", headers: { "X-Long": "x".repeat(17_000) } });
  expect(status).toBe(431);
});

test("a body longer than allowed is refused before it is read, whatever its length is said to be", async () => {
  const head = headOf("POST", "/api/runs/tiny/annotations.json");
  const announced = await exchange(server.port, `${head}Content-Length: 50000000\r\n\r\n{`);
  expect(announced).toMatch(/^HTTP\/1.1 413 [\s\S]*longer than 1000000 bytes/);
  const endless = await open(server.port);
  const answer = firstAnswer(endless);
  endless.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  const block = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  let sent = 0;
  for (; !endless.destroyed && sent < 500; sent++) {
    endless.write(block);
    await setTimeout(5);
  }
  expect(await answer).toMatch(/^HTTP\/1.1 413 /);
  expect(sent).toBeLessThan(500);
  const short = await exchange(server.port, `${head}Content-Length: 2\r\n\r\n{}{}{}{}`);
  expect(short).toMatch(/^HTTP\/1.1 400 /);
  const both = await exchange(server.port, `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`);
  expect(both).toMatch(/^HTTP\/1.1 400 /);
  expect((await send({ path: "/api/session" })).status).toBe(200);
});

test("whoever sends a letter at a time is cut off after 10 s of headers or 30 s of body, and nobody waits for that", async () => {
  const drip = async (head: string) => {
    const socket = await open(server.port);
    const start = performance.now();
    const closed = new Promise<number>((done) => {
      socket.resume().on("close", () => done((performance.now() - start) / 1000));
    });
    socket.write(head);
    const dripping = setInterval(() => socket.destroyed || socket.write("x"), 500);
    return closed.finally(() => clearInterval(dripping));
  };
  const length = "Content-Length: 5000\r\n\r\n{";
  const slow = [drip(`GET / HTTP/1.1\r\nX-Slow: `), drip(headOf("POST", "/api/runs/tiny/lists") + length)];
  await setTimeout(1000);
  const start = performance.now();
  expect((await send({ path: "/api/session" })).status).toBe(200);
  expect(performance.now() - start).toBeLessThan(2000);
  const [headers, body] = await Promise.all(slow);
  expect(headers).toBeGreaterThan(9);
  expect(headers).toBeLessThan(15);
  expect(body).toBeGreaterThan(29);
  expect(body).toBeLessThan(36);
});

test("thousands of idle connections are held off, and the server answers when they are gone", async () => {
  const sockets: Socket[] = [];
  for (let i = 0; i < 2300; i++)
    sockets.push(
      connect(server.port, "127.0.0.1")
        .on("error", () => undefined)
        .resume(),
    );
  try {
    const countRefused = () => sockets.filter((socket) => socket.destroyed || socket.readyState !== "open").length;
    await expect.poll(() => sockets.some((socket) => socket.connecting)).toBe(false);
    await expect.poll(countRefused).toBeGreaterThan(200);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  await expect.poll(async () => (await send({ path: "/api/session" }).catch(() => undefined))?.status).toBe(200);
  expect(server.child.exitCode).toBeNull();
});

test("what is cut off in the middle, and nonsense, end that connection alone", async () => {
  for (const text of [
    "\0\0\0\0",
    "GET",
    "GET / HTTP/9.9\r\n\r\n",
    `${"A".repeat(100_000)}\r\n`,
    headOf("PUT", "/api/runs/tiny/lists/1"),
  ]) {
    const socket = await open(server.port);
    const closed = new Promise((done) => socket.on("close", done));
    socket.resume().end(text);
    await closed;
  }
  expect((await send({ path: "/api/session" })).status).toBe(200);
});

test("no secret is in an answer, in what the server printed, or in the run's files", async () => {
  for (const path of [
    "/",
    "/api/session",
    "/api/runs",
    "/api/runs/tiny",
    "/nothing",
    "/api/d/tiny-main/features/x",
    "/api/nothing",
  ]) {
    const answer = await send({ path });
    expect(`${JSON.stringify(answer.headers)} ${answer.body}`).not.toContain(CANARY);
    expect(`${JSON.stringify(answer.headers)} ${answer.body}`).not.toContain(server.token);
  }
  await exchange(
    server.port,
    `GET /d/tiny-main?token=${server.token} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`,
  );
  expect(server.output()).not.toContain(CANARY);
  expect(server.output().split(server.token).length - 1).toBe(1);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    expect(bytes.includes(CANARY) || bytes.includes(server.token), entry.name).toBe(false);
  }
});

test("the server asks no other server, whatever it is asked", () => {
  const sources = ["server", "live", "store"].flatMap((layer) =>
    readdirSync(join(ROOT, "src", layer), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => join(ROOT, "src", layer, name)),
  );
  const asking =
    /\bfetch\(|node:https?"[^;]*\brequest|\brequest\b[^;]*"node:https?"|node:(?:net|tls|dgram|dns)"[^;]*connect/;
  expect(sources.filter((path) => asking.test(readFileSync(path, "utf8")))).toEqual([]);
});

async function serve(args: readonly string[]): Promise<Serving> {
  process.env.OPENAI_API_KEY = CANARY;
  const child = startMonosem(["serve", "--run", join(folder, "tiny"), "--port", "0", ...args]);
  delete process.env.OPENAI_API_KEY;
  let output = "";
  child.stderr?.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const url = await new Promise<URL>((found, failed) => {
    child.stdout?.on("data", (bytes: Buffer) => {
      output += bytes.toString();
      const line = /^http:\/\/\S+\/\?token=\S+$/m.exec(output)?.[0];
      if (line !== undefined) found(new URL(line));
    });
    child.once("exit", () => failed(new Error(output)));
  });
  return { child, port: Number(url.port), token: url.searchParams.get("token")!, output: () => output };
}

async function stop({ child }: Serving): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGINT");
  await ended;
}

/** Local addresses, in hexadecimal as the system writes them, on which somebody listens at a port. */
function listListeners(port: number): string[] {
  const lines = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) => readFileSync(path, "utf8").split("\n").slice(1));
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const fields = lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === "0A");
  return fields.map(([, local]) => local!.split(":")[0]!);
}

function listOtherAddresses(): string[] {
  const entries = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return entries.filter(({ internal, family }) => !internal && family === "IPv4").map(({ address }) => address);
}

function headOf(method: string, path: string): string {
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\n`;
}

async function open(port: number, address = "127.0.0.1"): Promise<Socket> {
  const socket = connect(port, address);
  await once(socket, "connect");
  return socket.on("error", () => undefined);
}

async function exchange(port: number, text: string, address?: string): Promise<string> {
  const socket = await open(port, address);
  socket.write(text);
  return firstAnswer(socket).finally(() => socket.destroy());
}

async function firstAnswer(socket: Socket): Promise<string> {
  let text = "";
  for await (const bytes of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    text += bytes.toString();
    if (/\r\n\r\n[\s\S]/.test(text) || /\r\n(?:content-length: 0|location)[\s\S]*\r\n\r\n/i.test(text)) break;
  }
  return text;
}

function send(sending: Sending): Promise<Answer> {
  return sendRequest(server, sending);
}
