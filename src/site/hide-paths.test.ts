import { expect, test } from "vitest";
import { hidePaths } from "./hide-paths.ts";

test("files are named by their last part and the run's folder by its name", () => {
  const answer = {
    experiment: {
      corpus: { sources: ["/home/me/secret/texts.jsonl", "builtin"] },
      activations: { files: ["/data/a.npy"] },
    },
    report: { files: [{ file: "/data/a.npy", rows: 3 }] },
    progress: { message: "/home/me/runs/demo/corpus is damaged" },
    concepts: [{ token: "/usr" }, { token: null }],
  };
  expect(JSON.parse(hidePaths(JSON.stringify(answer), "/home/me/runs/demo", "demo"))).toEqual({
    experiment: { corpus: { sources: ["texts.jsonl", "builtin"] }, activations: { files: ["a.npy"] } },
    report: { files: [{ file: "a.npy", rows: 3 }] },
    progress: { message: "demo/corpus is damaged" },
    concepts: [{ token: "/usr" }, { token: null }],
  });
});
