import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../store/safetensors.ts";
import { type ImportedDictionary, readSaelens, writeSaelens } from "./saelens.ts";

const FIXTURES = fileURLToPath(new URL("../../test/parity/fixtures/saelens/", import.meta.url));
const OPTIONS = { layout: "6", modelName: "mine", site: "blocks.0.mlp.hook_post", contextSize: 64 } as const;
const scratch = () => mkdtempSync(join(tmpdir(), "saelens-"));

interface Expected {
  readonly x: number[][];
  readonly contributions: number[][];
  readonly reconstruction: number[][];
}

/** f and reconstruction of one vector, written out from their definitions. */
function compute(dictionary: ImportedDictionary, x: readonly number[]): { f: number[]; reconstruction: number[] } {
  const { features, width, weights, selection } = dictionary;
  const [encoder, encoderBias] = [weights.encoder.data, weights.encoderBias.data];
  const [decoder, decoderBias] = [weights.decoder.data, weights.decoderBias.data];
  const pre = Array.from({ length: features }, (_, i) =>
    x.reduce((sum, value, j) => sum + (value - decoderBias[j]!) * encoder[i * width + j]!, encoderBias[i]!),
  );
  const least = () => {
    if (selection.kind === "relu") return 0;
    return selection.kind === "topk" ? pre.toSorted((a, b) => b - a)[selection.k - 1]! : selection.threshold;
  };
  const f = pre.map((value) => (value > 0 && value >= least() ? value : 0));
  const reconstruction = Array.from(decoderBias, (bias, j) =>
    f.reduce((sum, value, i) => sum + value * decoder[i * width + j]!, bias),
  );
  return { f, reconstruction };
}

const cases = [
  "v6-standard",
  "v6-without-input-bias",
  "v6-topk",
  "v6-jumprelu",
  "v6-float16",
  "v6-bfloat16",
  "old-standard",
  "old-topk",
  "old-scaled",
];

test.each(cases)("%s, written by another program, computes what that program computed", (name) => {
  const expected: Expected = JSON.parse(readFileSync(join(FIXTURES, name, "expected.json"), "utf8"));
  const dictionary = readSaelens(join(FIXTURES, name));
  expect(dictionary.site).toBe("blocks.0.mlp.hook_post");
  for (const [row, x] of expected.x.entries()) {
    const { f, reconstruction } = compute(dictionary, x);
    expect(reconstruction).toBeAllClose(expected.reconstruction[row]!, { absolute: 1e-5, relative: 1e-5 });
    expect(f, "activations times the norm of what they write").toBeAllClose(expected.contributions[row]!, {
      absolute: 1e-5,
      relative: 1e-5,
    });
  }
});

test("decoder rows arrive with norm 1", () => {
  const { weights, width } = readSaelens(join(FIXTURES, "v6-standard"));
  const { data } = weights.decoder;
  for (let i = 0; i < data.length; i += width) expect(Math.hypot(...data.subarray(i, i + width))).toBeCloseTo(1, 6);
});

test.each([
  ["v6-standard", "6"],
  ["v6-topk", "6"],
  ["v6-jumprelu", "6"],
  ["v6-standard", "before-6"],
  ["v6-topk", "before-6"],
] as const)("%s written in layout %s and read again is the same dictionary", (name, layout) => {
  const dictionary = readSaelens(join(FIXTURES, name));
  const folder = scratch();
  writeSaelens(folder, dictionary, { ...OPTIONS, layout });
  const again = readSaelens(folder);
  expect(again.selection).toMatchObject(
    "threshold" in dictionary.selection
      ? { kind: "batch-topk", threshold: expect.closeTo(dictionary.selection.threshold, 6) }
      : dictionary.selection,
  );
  expect([again.features, again.width, again.site]).toEqual([8, 5, OPTIONS.site]);
  for (const field of ["encoder", "decoder", "encoderBias", "decoderBias"] as const)
    expect(again.weights[field].data).toBeAllClose(dictionary.weights[field].data, { absolute: 1e-6, relative: 1e-6 });
});

test("what is written has SAELens's names, orientation and log sparsity", () => {
  const dictionary = readSaelens(join(FIXTURES, "v6-standard"));
  const folder = scratch();
  const densities = Float32Array.from({ length: dictionary.features }, (_, i) => (i === 0 ? 0 : 10 ** -i));
  writeSaelens(folder, dictionary, { ...OPTIONS, densities });
  const { tensors } = readSafetensors(join(folder, "sae_weights.safetensors"));
  expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual({
    W_dec: [8, 5],
    W_enc: [5, 8],
    b_dec: [5],
    b_enc: [8],
  });
  expect(tensors.get("W_enc")!.data[1]).toBe(dictionary.weights.encoder.data[5]);
  const sparsity = readSafetensors(join(folder, "sparsity.safetensors")).tensors.get("sparsity")!;
  expect(sparsity.data).toBeAllClose([-10, -1, -2, -3, -4, -5, -6, -7], { absolute: 1e-3 });
  const config = JSON.parse(readFileSync(join(folder, "cfg.json"), "utf8"));
  expect(config).toMatchObject({ architecture: "standard", d_in: 5, d_sae: 8, metadata: { model_name: "mine" } });
});

function tamper(name: string, change: (tensors: Map<string, StoredTensor>, config: Record<string, unknown>) => void) {
  const folder = scratch();
  cpSync(join(FIXTURES, name), folder, { recursive: true });
  const path = join(folder, "cfg.json");
  const config = JSON.parse(readFileSync(path, "utf8"));
  const tensors = new Map(readSafetensors(join(folder, "sae_weights.safetensors")).tensors);
  change(tensors, config);
  writeFileSync(path, JSON.stringify(config));
  writeSafetensors(join(folder, "sae_weights.safetensors"), tensors);
  return () => readSaelens(folder);
}

test.each<[string, Parameters<typeof tamper>[1], RegExp]>([
  ["W_enc and W_dec swapped", (t) => swap(t, "W_enc", "W_dec"), /W_dec has shape \[5, 8\].*\[8, 5\].*swapped/],
  ["a missing tensor", (t) => t.delete("b_enc"), /tensor b_enc is missing/],
  ["a number that is not finite", (t) => t.get("W_dec")!.data.fill(Number.NaN, 3, 4), /W_dec holds NaN at 3/],
  ["a gated dictionary", (_, c) => Object.assign(c, { architecture: "gated" }), /architecture is gated/],
  [
    "unfolded scaling",
    (_, c) => Object.assign(c, { normalize_activations: "expected_average_only_in" }),
    /wanted none/,
  ],
  ["a width that is no number", (_, c) => Object.assign(c, { d_in: "5" }), /cfg\.json: d_in/],
  ["topk without k", (_, c) => Object.assign(c, { architecture: "topk" }), /without a whole number k/],
  ["topk by unscaled activations", (_, c) => Object.assign(c, { architecture: "topk", k: 3 }), /has norm .*, wanted 1/],
])("%s is refused by one sentence", (_, change, sentence) => {
  expect(tamper("v6-standard", change)).toThrow(sentence);
});

test("thresholds of their own are refused", () => {
  const change = tamper("v6-jumprelu", (tensors) => tensors.get("threshold")!.data.fill(2, 3, 4));
  expect(change).toThrow(/thresholds of their own.*for feature 3/);
});

test("a square dictionary whose encoder is transposed is told by its directions", () => {
  const size = 6;
  const identity = Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  const rotated = Float32Array.from(identity, (_, i) => identity[(i + size) % identity.length]!);
  const transposed = Float32Array.from(rotated, (_, i) => rotated[(i % size) * size + Math.floor(i / size)]!);
  const folder = scratch();
  const bias = { shape: [size], data: new Float32Array(size) };
  const square = (data: Float32Array) => ({ shape: [size, size], data });
  const write = (encoder: Float32Array) =>
    writeSaelens(
      folder,
      {
        weights: { encoder: square(encoder), encoderBias: bias, decoder: square(rotated), decoderBias: bias },
        selection: { kind: "relu" },
      },
      OPTIONS,
    );
  write(rotated);
  expect(readSaelens(folder).weights.encoder.data).toEqual(rotated);
  write(transposed);
  expect(() => readSaelens(folder)).toThrow(/W_enc is transposed/);
});

test("a folder without the two files says which is missing", () => {
  expect(() => readSaelens(scratch())).toThrow(/cfg\.json is missing/);
});

function swap(tensors: Map<string, StoredTensor>, a: string, b: string): void {
  const [first, second] = [tensors.get(a)!, tensors.get(b)!];
  tensors.set(a, second).set(b, first);
}
