import { expect, test } from "vitest";
import { listClosedOrigins, parseEmbedOrigins } from "./embed-origins.ts";

test("an origin is taken as browsers write it", () => {
  expect(
    parseEmbedOrigins(["http://localhost:8888", "HTTPS://Notes.Example/", "http://[::1]:81", "http://a:80"]),
  ).toEqual(["http://localhost:8888", "https://notes.example", "http://[::1]:81", "http://a"]);
  expect(parseEmbedOrigins([])).toEqual([]);
});

test.each([
  "*",
  "http://*",
  "https://*.example",
  "localhost:8888",
  "http://a/b",
  "http://a?b",
  "http://a#b",
  "http://me@a",
  "file:///tmp",
  "http://a b",
  "http://a;script-src",
  "http://a, http://b",
  "'self'",
  "",
])("%j is no origin of one site", (value) => {
  expect(() => parseEmbedOrigins([value])).toThrow(/--embed-origin: got .* wanted the origin of one site/);
});

test("where browsers would not send the cookie is known before", () => {
  const origins = ["http://localhost:8888", "http://127.0.0.1", "https://localhost", "http://notes.example"];
  expect(listClosedOrigins(origins, "127.0.0.1")).toEqual(["https://localhost", "http://notes.example"]);
  expect(listClosedOrigins(["http://192.0.2.1:8888", "http://localhost"], "192.0.2.1")).toEqual(["http://localhost"]);
});
