import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    pool: "forks",
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts", "web/**/*.test.ts"],
    reporters: ["default", "./test/support/closing-reporter.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A loaded machine draws slowly; what never comes still fails.
    expect: { poll: { timeout: 20_000 } },
  },
});
