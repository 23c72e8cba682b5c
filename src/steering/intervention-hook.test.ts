import { describe, expect, test } from "vitest";
import { backends } from "../../test/support/backends.ts";
import { plainSteering } from "../../test/support/plain-live.ts";
import { createTinySubject, TINY_FEATURES } from "../../test/support/tiny-live-subject.ts";
import "../../test/support/to-be-all-close.ts";
import { createSparseCodes } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import type { ErrorTerm, Intervention } from "./intervention.ts";
import { createDictionaryHook, createInterventionHook } from "./intervention-hook.ts";

const [ROWS, WIDTH] = [9, 12];
const tiny = createTinySubject();
const { plain } = tiny;
const random = createRandomStream(6, "steered activations");
const INPUT = Array.from({ length: ROWS }, (_, row) =>
  Array.from({ length: WIDTH }, (_value, j) => Math.max(0, random.normal(row * WIDTH + j))),
);
/** The features that are active on most rows. */
const [A, B] = Array.from({ length: TINY_FEATURES }, (_, feature) => feature).sort(
  (a, b) => firings(b) - firings(a),
) as [number, number];

function firings(feature: number): number {
  return INPUT.filter((x) => plain.encode(x)[feature]! > 0).length;
}

interface Steering {
  readonly interventions: readonly Intervention[];
  readonly errorTerm: ErrorTerm;
  readonly first?: number;
  readonly context?: number;
  readonly entriesPerBlock?: number;
}

/** What the hook makes of the input. */
async function steer(kernels = createReferenceKernels(), steering: Steering): Promise<Float32Array> {
  const { interventions, errorTerm, first = 0, context = ROWS, entriesPerBlock } = steering;
  const { dictionary } = tiny.create(kernels);
  const hook = createInterventionHook(kernels, dictionary, interventions, errorTerm, entriesPerBlock);
  const x = kernels.upload(Float32Array.from(INPUT.flat()), [ROWS, WIDTH]);
  hook(x, { first, context });
  return kernels.read(x);
}

/** The same by the formulas of the two error terms, in plain loops. */
function steerPlainly({ interventions, errorTerm, first = 0, context = ROWS }: Steering): number[] {
  const change = plainSteering(plain, interventions, errorTerm);
  return INPUT.flatMap((x, row) => change(x, first + (row % context)));
}

const STEERINGS: Record<string, Steering["interventions"]> = {
  nothing: [],
  "a pin on all positions": [{ kind: "pin", feature: A, value: 3.5, span: null }],
  "a pin of a feature that never fires": [{ kind: "pin", feature: 0, value: 2, span: null }],
  "a multiple of a direction": [{ kind: "add", feature: B, amount: -1.5, span: null }],
  "an ablation": [{ kind: "ablate", feature: A, span: null }],
  "several features": [
    { kind: "pin", feature: A, value: 3.5, span: null },
    { kind: "ablate", feature: B, span: null },
    { kind: "add", feature: 7, amount: 2, span: null },
  ],
  "a span of positions": [{ kind: "pin", feature: A, value: 3.5, span: [2, 5] }],
  "one position": [{ kind: "ablate", feature: A, span: [4, 5] }],
  "a span that begins before and ends after the rows": [{ kind: "pin", feature: A, value: 1, span: [0, 400] }],
  "a span beyond the rows": [{ kind: "pin", feature: A, value: 9, span: [300, 400] }],
  "several on one feature: the last set value counts, what is added adds up": [
    { kind: "pin", feature: A, value: 3.5, span: null },
    { kind: "add", feature: A, amount: 1, span: null },
    { kind: "ablate", feature: A, span: [3, 6] },
    { kind: "add", feature: A, amount: 0.5, span: [4, 9] },
  ],
};

describe.each(backends)("$name", ({ create }) => {
  const kernels = create(2);
  describe.each(["keep", "drop"] as const)("%s", (errorTerm) => {
    test.each(Object.entries(STEERINGS))("%s", async (_, interventions) => {
      for (const place of [{}, { first: 2 }, { first: 1, context: 3 }]) {
        const steering = { interventions, errorTerm, ...place };
        const wanted = steerPlainly(steering);
        expect(await steer(kernels, steering)).toBeAllClose(wanted, { absolute: 2e-5 });
        const inBlocks = { ...steering, entriesPerBlock: 2 * TINY_FEATURES };
        expect(await steer(kernels, inBlocks)).toBeAllClose(wanted, { absolute: 2e-5 });
      }
    });
  });
});

test("the chosen features fire, so that there is something to change", () => {
  expect(firings(A)).toBeGreaterThan(ROWS / 2);
  expect(firings(B)).toBeGreaterThan(ROWS / 2);
  expect(firings(0)).toBe(0);
});

test("a pin to what the feature is anyway changes nothing when the error stays", async () => {
  const kernels = createReferenceKernels();
  const { dictionary } = tiny.create(kernels);
  const codes = createSparseCodes(kernels, ROWS, TINY_FEATURES);
  dictionary.encode(codes, kernels.upload(Float32Array.from(INPUT.flat()), [ROWS, WIDTH]));
  const [indices, values] = [await kernels.readInts(codes.indices), await kernels.read(codes.values)];
  const counts = await kernels.readInts(codes.counts);
  const interventions = Array.from(counts).flatMap((count, row) =>
    Array.from({ length: count }, (_, slot): Intervention => {
      const at = row * codes.capacity + slot;
      return { kind: "pin", feature: indices[at]!, value: values[at]!, span: [row, row + 1] };
    }),
  );
  expect(await steer(kernels, { interventions, errorTerm: "keep" })).toEqual(Float32Array.from(INPUT.flat()));
});

test("without interventions the dropped error leaves the reconstruction that the metrics judge", async () => {
  const kernels = createReferenceKernels();
  const { dictionary } = tiny.create(kernels);
  const x = kernels.upload(Float32Array.from(INPUT.flat()), [ROWS, WIDTH]);
  const codes = createSparseCodes(kernels, ROWS, TINY_FEATURES);
  const reconstruction = kernels.create([ROWS, WIDTH]);
  dictionary.encode(codes, x);
  dictionary.decode(reconstruction, codes);
  createDictionaryHook(kernels, dictionary)(x, { first: 0, context: ROWS });
  expect(await kernels.read(x)).toEqual(await kernels.read(reconstruction));
});

test("a feature that is not there is refused in a sentence", async () => {
  const interventions = [{ kind: "ablate", feature: 20, span: null }] as const;
  await expect(steer(undefined, { interventions, errorTerm: "keep" })).rejects.toThrow(
    "there is no feature 20: they are numbered 0 to 19",
  );
});
