import { expect, test } from "vitest";
import { dictionaryConfigSchema } from "../../autoencoder/config.ts";
import { commonPiece, groupByStream, splitByMemory } from "./stream-groups.ts";

const member = (changes: object) => ({ config: dictionaryConfigSchema.parse(changes) });

test("members share a stream unless they want other activations, another mixing, or repetition", () => {
  const plain = member({});
  const otherPenalty = member({ l1: 2, features: 512, activations: 1000 });
  const otherContexts = member({ tokensPerContext: 8 });
  const otherBuffer = member({ bufferRows: 1000 });
  const repeated = member({ epochs: 4 });
  const alsoRepeated = member({ epochs: 4, l1: 2 });
  expect(groupByStream([plain, repeated, otherContexts, otherPenalty, otherBuffer, alsoRepeated])).toEqual([
    [plain, otherPenalty],
    [repeated],
    [otherContexts],
    [otherBuffer],
    [alsoRepeated],
  ]);
});

test("batches that only tiny pieces would fill go through a stream of their own", () => {
  const [a, b, c, d] = [
    member({ batch: 1024 }),
    member({ batch: 1000 }),
    member({ batch: 256 }),
    member({ batch: 64 }),
  ];
  expect(groupByStream([a, b, c, d])).toEqual([[a, c, d], [b]]);
});

test("the common piece fills every batch", () => {
  expect(commonPiece([256, 1024, 384])).toBe(128);
  expect(commonPiece([96])).toBe(96);
});

test("members that do not fit in memory together are trained one group after the other", () => {
  const identity = (bytes: number) => bytes;
  expect(splitByMemory([3, 3, 3], identity, 9)).toEqual([[3, 3, 3]]);
  expect(splitByMemory([3, 3, 3], identity, 8)).toEqual([[3, 3], [3]]);
  expect(splitByMemory([10, 1, 1], identity, 8)).toEqual([[10], [1, 1]]);
  expect(splitByMemory([], identity, 8)).toEqual([]);
});
