import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFakeAssets } from "../../test/support/fake-assets.ts";
import { writeFakeRun } from "../../test/support/fake-run.ts";
import { type Answer, type Sending, sendRaw, sendRequest } from "../../test/support/send-request.ts";
import { type RunningServer, startServer } from "./start-server.ts";

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "monosem-guards-"));
  writeFakeRun(join(folder, "tiny"), 3);
  server = await startServer({ runs: [join(folder, "tiny")], port: 0, assets: createFakeAssets() });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("every answer has the security headers, refusals too", async () => {
  const paths = ["/", "/api/runs", "/api/runs/nothing", "/nothing", "/assets/page-abc.js", "/%ff%", "/?token=wrong"];
  const senders = [{}, { anonymous: true }, { headers: { Host: "evil.example" } }];
  for (const path of paths)
    for (const sender of senders) {
      const { headers } = await send({ path, ...sender });
      expect(headers["content-security-policy"]).toBe(
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types monosem-worker",
      );
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["referrer-policy"]).toBe("no-referrer");
      expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
      expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
});

test("an origin that was named may frame the addresses with embed=1, and nothing else", async () => {
  const embedOrigins = ["http://localhost:8888", "http://127.0.0.1:1"];
  const framing = await startServer({
    runs: [join(folder, "tiny")],
    port: 0,
    assets: createFakeAssets(),
    embedOrigins,
  });
  try {
    const ask = async (path: string) => {
      const { headers } = await sendRequest(framing, { path });
      return [
        /frame-ancestors ([^;]*)/.exec(String(headers["content-security-policy"]))![1],
        headers["x-frame-options"],
      ];
    };
    for (const path of ["/d/tiny-main/f/2?embed=1", "/d/tiny-main?a=b&embed=1&c", "/nothing?embed=1"])
      expect(await ask(path), path).toEqual([embedOrigins.join(" "), undefined]);
    for (const path of ["/", "/d/tiny-main/f/2", "/?embed=10", "/?xembed=1", "/?q=%26embed=1", "/api/runs?embed=1"])
      expect(await ask(path), path).toEqual(["'none'", "DENY"]);
  } finally {
    await framing.close();
  }
});

test.each(["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])("host %s is answered", async (name) => {
  const answer = await send({ path: "/api/runs", headers: { Host: `${name}:${server.port}` } });
  expect(answer.status).toBe(200);
});

test.each([
  "evil.example",
  "127.0.0.1.evil.example",
  "evil.example:80",
  "127.0.0.1",
  "localhost:1",
  "[::2]",
  "[::ffff:127.0.0.1]",
  "0.0.0.0",
  "user@localhost",
])("host %j is refused, as a rebound name would be", async (name) => {
  const hosts = [name, `${name}:${server.port}`].filter((host) => host !== `127.0.0.1:${server.port}`);
  for (const path of ["/", "/api/runs", "/api/runs/demo/events", "/?token=x"])
    for (const host of hosts) {
      const answer = await send({ path, headers: { Host: host } });
      expect([421, 400]).toContain(answer.status);
      expect(answer.body).not.toContain("page");
    }
});

test("a request with two hosts, none, or an absolute address is refused, and so is an upgrade from elsewhere", async () => {
  const own = `Host: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}`;
  const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==";
  for (const text of [
    `GET /api/runs HTTP/1.1\r\n${own}\r\nHost: evil.example\r\n\r\n`,
    `GET /api/runs HTTP/1.1\r\n${own}\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`,
    "GET /api/runs HTTP/1.1\r\n\r\n",
    "GET /api/runs HTTP/1.0\r\n\r\n",
    `GET /api/runs HTTP/1.1\r\nHost:\r\nAuthorization: Bearer ${server.token}\r\n\r\n`,
    `GET /api/runs HTTP/1.1\r\nHost: :${server.port}\r\nAuthorization: Bearer ${server.token}\r\n\r\n`,
    `GET http://evil.example/api/runs HTTP/1.1\r\n${own}\r\n\r\n`,
    `GET http://127.0.0.1:${server.port}/api/runs HTTP/1.1\r\n${own}\r\n\r\n`,
    `GET //evil.example/ HTTP/1.1\r\n${own}\r\n\r\n`,
    `GET /\\evil.example/ HTTP/1.1\r\n${own}\r\n\r\n`,
    `GET /api/runs HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer ${server.token}\r\n${upgrade}\r\n\r\n`,
  ])
    expect(await sendRaw(server.port, text), text).toMatch(/^HTTP\/1.1 4\d\d /);
});

test.each(["PATCH", "OPTIONS", "TRACE", "PROPFIND"])("%s is refused", async (method) => {
  const answer = await send({ path: "/api/runs", method });
  expect([answer.status, answer.headers.allow]).toEqual([405, "GET, HEAD, POST, PUT, DELETE"]);
});

test("nothing is open without the token: no data, no page, no file of the page", async () => {
  for (const path of [
    "/",
    "/api/runs",
    "/api/session",
    "/assets/page-abc.js",
    "/d/tiny-main",
    "/nothing",
    "/icon.svg",
  ]) {
    const answer = await send({ path, anonymous: true });
    expect(answer.status, path).toBe(401);
    expect(answer.body).toContain("Open the address that monosem printed");
  }
  for (const method of ["POST", "PUT", "DELETE"])
    expect((await send({ path: "/api/runs/tiny/lists", method, anonymous: true, body: "{}" })).status).toBe(401);
});

test("the token is exchanged for a cookie that scripts and other sites do not get, and the address goes on without it", async () => {
  const answer = await send({ path: `/d/tiny-main?sort=max&token=${server.token}&q=a`, anonymous: true });
  expect([answer.status, answer.headers.location]).toEqual([303, "/d/tiny-main?sort=max&q=a"]);
  const cookie = String(answer.headers["set-cookie"]);
  expect(cookie).toBe(`monosem-${server.port}=${server.token}; Path=/; HttpOnly; SameSite=Strict`);
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.body).not.toContain(server.token);
  const known = { Cookie: `other=1; ${cookie.split(";")[0]}; more=2` };
  expect((await send({ path: "/api/runs", anonymous: true, headers: known })).status).toBe(200);
  const again = await send({ path: `/?token=old`, anonymous: true, headers: known });
  expect([again.status, again.headers.location]).toEqual([303, "/"]);
});

test.each(["", "x", "=", "%00", "../", "A".repeat(43), `${"A".repeat(43)}%41`])(
  "the token %j is refused",
  async (token) => {
    const attempts: Sending[] = [
      { path: `/?token=${token}` },
      { path: `/api/runs?token=${token}` },
      { path: "/api/runs", headers: { Authorization: `Bearer ${token}` } },
      { path: "/api/runs", headers: { Cookie: `monosem-${server.port}=${token}` } },
      { path: "/api/runs", headers: { Cookie: `monosem-${server.port + 1}=${server.token}` } },
    ];
    for (const attempt of attempts) {
      const answer = await send({ ...attempt, anonymous: true });
      expect(answer.status, JSON.stringify(attempt)).toBe(401);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
  },
);

test("a token in the address leads to no other server, whatever the path", async () => {
  for (const path of ["//evil.example", "/\\evil.example", "/\\/evil.example", "///evil.example"]) {
    const answer = await sendRaw(
      server.port,
      `GET ${path}?token=${server.token} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 421 /);
    expect(answer.toLowerCase()).not.toContain("location:");
  }
});

test("an address with a ticket is good once", async () => {
  const { search } = new URL(server.createTicketUrl());
  expect(search).not.toContain(server.token);
  const first = await send({ path: `/${search}`, anonymous: true });
  expect([first.status, first.headers.location]).toEqual([303, "/"]);
  expect(String(first.headers["set-cookie"])).toContain(server.token);
  expect((await send({ path: `/${search}`, anonymous: true })).status).toBe(401);
});

test("a link on another site leads to the page, by way of this one, so that the strict cookie goes along", async () => {
  const headers = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" };
  const link = await send({ path: "/d/tiny-main?x=1", anonymous: true, headers });
  expect([link.status, link.headers.refresh]).toEqual([401, "0; url=/d/tiny-main?x=1"]);
  const exchange = await send({ path: `/d/tiny-main?token=${server.token}`, anonymous: true, headers });
  expect([exchange.status, exchange.headers.refresh]).toEqual([200, "0; url=/d/tiny-main"]);
  const own = await send({ path: "/", anonymous: true, headers: { ...headers, "Sec-Fetch-Site": "none" } });
  expect([own.status, own.headers.refresh]).toEqual([401, undefined]);
});

test("data are not given to other sites, pages can be linked to", async () => {
  for (const site of ["cross-site", "same-site"]) {
    const headers = { "Sec-Fetch-Site": site };
    expect((await send({ path: "/api/runs", headers })).status).toBe(403);
    expect((await send({ path: "/", headers })).status).toBe(200);
  }
});

test("changes come from this server's own pages, or from programs with the token", async () => {
  const own = `http://127.0.0.1:${server.port}`;
  const cookie = { Cookie: `monosem-${server.port}=${server.token}` };
  const attempt = async (headers: Record<string, string>) =>
    (await sendList({ ...cookie, ...headers }, "GET, POST")).status;
  expect(await attempt({ Origin: own, "Sec-Fetch-Site": "same-origin" })).toBe(201);
  expect(await attempt({ Origin: own })).toBe(201);
  expect(await attempt({ Authorization: `Bearer ${server.token}` })).toBe(201);
  expect(await attempt({})).toBe(403);
  expect(await attempt({ Origin: "null" })).toBe(403);
  expect(await attempt({ Origin: "https://evil.example" })).toBe(403);
  expect(await attempt({ Origin: `http://127.0.0.1:${server.port + 1}` })).toBe(403);
  expect(await attempt({ Origin: `https://127.0.0.1:${server.port}` })).toBe(403);
  expect(await attempt({ Origin: own, "Sec-Fetch-Site": "cross-site" })).toBe(403);
  expect(await attempt({ Origin: own, "Sec-Fetch-Site": "none" })).toBe(403);
});

test("a body is plain JSON and says so", async () => {
  const bearer = { Authorization: `Bearer ${server.token}` };
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
    expect((await sendList({ ...bearer, "Content-Type": type }, "x")).status).toBe(415);
  expect((await sendList({ ...bearer, "Content-Type": "application/json; charset=utf-8" }, "typed")).status).toBe(201);
  expect((await sendList({ ...bearer, "Content-Encoding": "gzip" }, "x")).status).toBe(415);
});

test("a server for reading changes nothing", async () => {
  const reading = await startServer({ runs: [join(folder, "tiny")], port: 0, assets: new Map(), writable: false });
  for (const [method, path] of [
    ["POST", "/api/runs/tiny/lists"],
    ["PUT", "/api/runs/tiny/lists/1"],
    ["DELETE", "/api/runs/tiny/lists/1"],
    ["PUT", "/api/d/tiny-main/features/1/annotation"],
    ["POST", "/api/runs/tiny/annotations.json"],
  ] as const) {
    const headers = { "Content-Type": "application/json" };
    const answer = await sendRequest(reading, { path, method, headers, body: "{}" });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      403,
      { error: "this server is read-only: nothing can be changed here" },
    ]);
  }
  expect(JSON.parse((await sendRequest(reading, { path: "/api/session" })).body)).toMatchObject({ writable: false });
  await reading.close();
});

let lists = 0;

function sendList(headers: Record<string, string>, title: string): Promise<Answer> {
  return send({
    path: "/api/runs/tiny/lists",
    method: "POST",
    anonymous: true,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify({ title: `${title} ${++lists}` }),
  });
}

function send(sending: Sending): Promise<Answer> {
  return sendRequest(server, sending);
}
