import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { modelConfigSchema } from "../model/config.ts";
import { renderModelConfig } from "../model/parse-model-config.ts";
import { writeTokenStream } from "../store/token-file.ts";
import { writeJson } from "../store/write-atomically.ts";
import { readContext } from "./read-context.ts";
import { createRunCatalogue, type ServedRun } from "./run-catalogue.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-context-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeText(name: string, vocabularySize: number, tokens: Uint16Array | Uint32Array): ServedRun {
  const run = createRunCatalogue([join(folder, name)]).runs[0]!;
  writeJson(run.paths.model.config, renderModelConfig(modelConfigSchema.parse({ contextLength: 4, vocabularySize })));
  writeTokenStream(run.paths, "valid", { tokens, documentStarts: Uint32Array.of(0), documentLabels: [{}] });
  return run;
}

test("a context of the held-out text is read by its number, in tokens of either width", async () => {
  const small = writeText("small", 300, Uint16Array.from([1, 2, 3, 4, 5, 6, 7, 299, 9]));
  expect(await readContext(small, 0)).toEqual({ tokens: [1, 2, 3, 4] });
  expect(await readContext(small, 1)).toEqual({ tokens: [5, 6, 7, 299] });
  const large = writeText("large", 70_000, Uint32Array.from([1, 2, 3, 69_999]));
  expect(await readContext(large, 0)).toEqual({ tokens: [1, 2, 3, 69_999] });
});

test("a context that is cut off or not there, and a run without text, are refused in a sentence", async () => {
  const run = writeText("short", 300, Uint16Array.from([1, 2, 3, 4, 5]));
  for (const context of [1, 999_999_999, -1])
    await expect(readContext(run, context)).rejects.toThrow("the held-out text has no such context");
  await expect(readContext(createRunCatalogue([join(folder, "none")]).runs[0]!, 0)).rejects.toThrow("no held-out text");
});
