import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Prints each skipped test with its reason, and leaves the counts where `scripts/setup.mjs` reads them for the closing line. */
export default class ClosingReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const counts = { passed: 0, failed: unhandledErrors.length + countBrokenModules(modules), skipped: 0 };
    for (const test of tests) counts[outcome(test)] += 1;
    for (const test of tests) {
      if (outcome(test) === "skipped") process.stderr.write(`skipped: ${test.fullName} (${skipReason(test)})\n`);
    }
    const path = process.env.MONOSEM_TEST_COUNTS;
    if (path === undefined) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(counts));
  }
}

function countBrokenModules(modules: ReadonlyArray<TestModule>): number {
  return modules.filter((module) => module.errors().length > 0).length;
}

function outcome(test: TestCase): "passed" | "failed" | "skipped" {
  const { state } = test.result();
  return state === "pending" ? "failed" : state;
}

function skipReason(test: TestCase): string {
  const result = test.result();
  return (result.state === "skipped" && result.note) || "no reason given";
}
