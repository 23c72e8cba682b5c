import { expect, test } from "vitest";
import { parseRoute } from "./route.ts";

test("each page has its address", () => {
  expect(parseRoute("/")).toEqual({ kind: "home" });
  expect(parseRoute("/runs/demo-2")).toEqual({ kind: "run", run: "demo-2" });
  expect(parseRoute("/d/demo-main")).toEqual({ kind: "dictionary", dictionary: "demo-main" });
  expect(parseRoute("/d/demo-main/f")).toEqual({ kind: "features", dictionary: "demo-main" });
  expect(parseRoute("/d/demo-main/f/17")).toEqual({ kind: "feature", dictionary: "demo-main", feature: 17 });
});

test.each(["/runs", "/runs/", "/runs/A", "/runs/a/b", "/d/a/f/-1", "/d/a/f/1.5", "/d/a/f/1/", "/d/..", "/x"])(
  "%s stands for no page",
  (path) => {
    expect(parseRoute(path)).toEqual({ kind: "unknown" });
  },
);
