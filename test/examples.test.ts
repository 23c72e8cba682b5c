import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const examples = readdirSync(join(ROOT, "examples")).filter((name) => name.endsWith(".ts"));

test.each(examples)("the example %s runs to its end and prints something", (name) => {
  const output = execFileSync(process.execPath, [join("examples", name)], { cwd: ROOT, encoding: "utf8" });
  expect(output.trim()).not.toBe("");
});
