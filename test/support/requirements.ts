import { existsSync } from "node:fs";
import type { TestContext } from "vitest";

const CHROMIUM_PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

/** The path of the machine's Chromium (`MONOSEM_CHROMIUM` first), or undefined. */
export function findChromium(): string | undefined {
  return [process.env.MONOSEM_CHROMIUM, ...CHROMIUM_PATHS].find((path) => path !== undefined && existsSync(path));
}

/** Skips the test with its reason when something optional is missing; with `CI=true` that is a failure instead. */
export function requireOrSkip<T>(context: TestContext, found: T | undefined, reason: string): T {
  if (found !== undefined) return found;
  if (process.env.CI === "true") throw new Error(`${reason}, and with CI=true nothing may be missing`);
  return context.skip(reason);
}
