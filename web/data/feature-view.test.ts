import { expect, test } from "vitest";
import { forgetPlace, parseFeatureView } from "./feature-view.ts";

const parse = (query: string) => parseFeatureView(new URLSearchParams(query));

test("an address without a view has the default one", () => {
  expect(parse("")).toEqual({
    layout: "stack",
    lineBreaks: false,
    effects: "loss",
    foldRepeats: false,
    order: "strength",
    counts: "linear",
    interval: undefined,
    pinned: undefined,
  });
});

test("an address can say all of it", () => {
  expect(parse("ctx=snippet&br=1&eff=none&rep=fold&by=effect&y=log&iv=3&ex=interval-3.2&tok=4")).toEqual({
    layout: "snippet",
    lineBreaks: true,
    effects: "none",
    foldRepeats: true,
    order: "effect",
    counts: "log",
    interval: 3,
    pinned: { group: "interval-3", example: 2, token: 4 },
  });
  expect(parse("ctx=full&eff=logit")).toMatchObject({ layout: "full", effects: "logit" });
  expect(parse("ex=near-miss.0&tok=8").pinned).toEqual({ group: "near-miss", example: 0, token: 8 });
});

test("nonsense in every field is the default", () => {
  const nonsense = "ctx=<script>&br=yes&eff=%00&rep=1&by=__proto__&y=Infinity&iv=99&ex=top.-1&tok=1e9";
  expect(parse(nonsense)).toEqual(parse(""));
  expect(parse("iv=0&ex=top&tok=2").pinned).toBeUndefined();
});

test("the way to another feature keeps the view and forgets the place", () => {
  expect(forgetPlace(new URLSearchParams("ctx=snippet&iv=3&ex=top.1&tok=2&q=a")).toString()).toBe("ctx=snippet&q=a");
});
