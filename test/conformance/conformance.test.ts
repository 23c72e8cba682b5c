import { beforeAll, describe, expect, test } from "vitest";
import type { Kernels } from "../../src/kernels/kernels.ts";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import { backends, nativeLevels } from "../support/backends.ts";
import { requireOrSkip } from "../support/requirements.ts";
import "../support/to-be-all-close.ts";
import { createArena, type Placement } from "./arena.ts";
import { type Numbers, type Operation, type OperationCase, readOutcomes } from "./operation.ts";
import { operations } from "./operations.ts";

const PLACEMENTS: readonly Placement[] = ["whole", "view"];
const NOT_COMPUTING = [
  "backend",
  "level",
  "threads",
  "create",
  "upload",
  "write",
  "read",
  "readInts",
  "rows",
  "reshape",
];
const truth = createReferenceKernels("float64");
const truths = new Map<string, Numbers>();
const drawn = new Map<string, Float32Array>();

test("every op of the interface has cases", () => {
  const computing = Object.entries(truth).filter(([name]) => !NOT_COMPUTING.includes(name) && name !== "release");
  const covered = new Set<string>(operations.map(({ op }) => op));
  expect(computing.map(([name]) => name).filter((name) => !covered.has(name))).toEqual([]);
});

test("the native backend is among those tested", (context) => {
  requireOrSkip(context, nativeLevels, "the native kernels are not built");
  expect(nativeLevels?.length).toBeGreaterThan(0);
});

for (const backend of backends) {
  describe(backend.name, () => {
    let variants: readonly Kernels[] = [];
    beforeAll(() => {
      variants = backend.threads.map((threads) => backend.create(threads));
    });
    for (const operation of operations) {
      const { op } = operation;
      test(`${op} agrees with the float64 truth, whole and in views, and with itself at any number of threads`, async () => {
        for (const label of Object.keys(operation.cases)) {
          for (const placement of PLACEMENTS) await compareWithTruth(variants, operation, label, placement);
        }
      });
    }
  });
}

async function compareWithTruth(
  variants: readonly Kernels[],
  { op, cases, tolerance }: Operation,
  label: string,
  placement: Placement,
): Promise<void> {
  const run = cases[label]!;
  const wanted = await computeTruth(op, label, run);
  const results = [];
  for (const kernels of variants) results.push(await compute(kernels, placement, run, op, label));
  for (const [name, numbers] of results[0]!) {
    expect(numbers, `${op} ${label}: ${name}, ${placement}`).toBeAllClose(wanted.get(name)!, tolerance);
  }
  for (const [i, other] of results.slice(1).entries()) {
    for (const [name, numbers] of other) {
      const described = `${op} ${label}: ${name}, ${placement}, with ${variants[i + 1]!.threads} threads`;
      expect(numbers, described).toBeAllClose(results[0]!.get(name)!);
    }
  }
}

async function computeTruth(op: string, label: string, run: OperationCase): Promise<Numbers> {
  const key = `${op} ${label}`;
  const known = truths.get(key) ?? (await compute(truth, "whole", run, op, label));
  truths.set(key, known);
  return known;
}

async function compute(kernels: Kernels, placement: Placement, run: OperationCase, op: string, label: string) {
  const arena = createArena(kernels, placement, drawn, op, label);
  const numbers = await readOutcomes(kernels, run(kernels, arena));
  expect(await arena.countBrokenGuards(), `numbers overwritten beside the outputs of ${op} ${label}`).toBe(0);
  return numbers;
}
