import { expect, test } from "vitest";
import { dictionaryAddress, parseRoute } from "./route.ts";

test("each page has its address", () => {
  expect(parseRoute("/")).toEqual({ kind: "home" });
  expect(parseRoute("/lists")).toEqual({ kind: "lists" });
  expect(parseRoute("/help")).toEqual({ kind: "help" });
  expect(parseRoute("/runs/demo-2")).toEqual({ kind: "run", run: "demo-2" });
  expect(parseRoute("/compare/demo-main/b-sizes-512")).toEqual({
    ...{ kind: "compare", left: "demo-main", right: "b-sizes-512" },
  });
  expect(parseRoute("/lists/demo/3")).toEqual({ kind: "list", run: "demo", list: 3 });
  const demo = { dictionary: "demo-main", version: null };
  expect(parseRoute("/d/demo-main")).toEqual({ kind: "dictionary", ...demo });
  expect(parseRoute("/d/demo-main/f/17")).toEqual({ kind: "feature", ...demo, feature: 17 });
});

test.each(["features", "prompt", "steer", "texts"] as const)("the address of %s leads to it", (kind) => {
  expect(parseRoute(dictionaryAddress("demo-main", kind))).toEqual({ kind, dictionary: "demo-main", version: null });
});

test("an address may say which dictionary was meant by the first digits of its hash", () => {
  const meant = { dictionary: "demo-main", version: "3f9c2e" };
  expect(parseRoute("/d/demo-main@3f9c2e")).toEqual({ kind: "dictionary", ...meant });
  expect(parseRoute("/d/demo-main@3f9c2e/f/17")).toEqual({ kind: "feature", ...meant, feature: 17 });
});

test.each([
  "/runs",
  "/runs/",
  "/runs/A",
  "/runs/a/b",
  "/compare/a",
  "/compare/a/b/c",
  "/d/a/f/-1",
  "/d/a/f/1.5",
  "/d/a/f/1/",
  "/d/a/prompt/1",
  "/d/a/constructor",
  "/d/a/",
  "/d/a@xyz/f/1",
  "/d/a@/f/1",
  "/d/..",
  "/lists/demo",
  "/lists/demo/x",
  "/x",
  "/toString",
])("%s stands for no page", (path) => {
  expect(parseRoute(path)).toEqual({ kind: "unknown" });
});
