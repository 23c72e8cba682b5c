import { expect, test } from "vitest";
import { nativeLevels } from "./support/backends.ts";
import { findChromium, requireOrSkip } from "./support/requirements.ts";

test("the native kernels are built on this machine", (context) => {
  const levels = requireOrSkip(context, nativeLevels, "the native kernels are not built: a C++ compiler is missing");
  expect(levels.length).toBeGreaterThan(0);
});

test("Chromium is there for the browser tests", (context) => {
  expect(requireOrSkip(context, findChromium(), "Chromium is not installed")).toMatch(/chrom/i);
});
