import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createSparseCodes, type Kernels } from "../../src/kernels/kernels.ts";
import { createNativeKernels } from "../../src/kernels/native.ts";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import { createRandomStream, type RandomStream } from "../../src/numerics/random.ts";
import { nativeLevels } from "../support/backends.ts";
import { requireOrSkip } from "../support/requirements.ts";

/** B rows, m columns of the codes, d width of x. Numbers are given by stream and position, so that cases repeat. */
interface Case {
  readonly B: number;
  readonly m: number;
  readonly d: number;
  readonly capacity?: number;
  readonly x: (stream: RandomStream, i: number, row: number) => number;
  readonly weights?: (stream: RandomStream, i: number, row: number) => number;
  readonly bias?: (stream: RandomStream, i: number) => number;
}

interface Numbers extends Required<Pick<Case, "B" | "m" | "d" | "capacity">> {
  readonly x: Float32Array;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

interface Encoded {
  readonly counts: Int32Array;
  readonly rows: readonly (readonly (readonly [index: number, value: number])[])[];
}

const THREADS = [1, 2, 3];
const LARGEST_FLOAT = 3.4028234663852886e38;

/** Non-negative, 21 % of it not zero, as activations after a ReLU are. */
const afterRelu = (stream: RandomStream, i: number) =>
  stream.uniform(2e9 + i) < 0.21 ? Math.abs(stream.normal(i)) : 0;
const normal = (stream: RandomStream, i: number) => stream.normal(i);
/** Sixty decimal orders of magnitude among the rows, beyond what the bounded product takes. */
const farApart = (stream: RandomStream, i: number, row: number) => afterRelu(stream, i) * 10 ** ((row % 31) - 15);

const cases: Readonly<Record<string, Case>> = {
  "activations after a ReLU": { B: 130, m: 300, d: 512, x: afterRelu, bias: () => -8 },
  "the size of the study": { B: 64, m: 4096, d: 512, x: afterRelu, bias: (stream, i) => -25 - stream.uniform(i) },
  "one column of x": { B: 65, m: 300, d: 1, x: afterRelu, bias: (stream, i) => 0.1 * stream.normal(i) },
  "seven columns of x": { B: 65, m: 33, d: 7, x: afterRelu, bias: () => -1 },
  "one feature": { B: 200, m: 1, d: 33, x: afterRelu },
  "seven features": { B: 200, m: 7, d: 33, x: afterRelu },
  "several blocks of columns": { B: 66, m: 260, d: 1100, x: afterRelu, bias: () => -30 },
  "wider than the bounded product takes": { B: 64, m: 5, d: 8300, x: afterRelu, bias: () => -40 },
  "sparse, of either sign": { B: 100, m: 130, d: 512, x: (s, i) => afterRelu(s, i) * Math.sign(s.normal(i)) },
  "all features active": { B: 100, m: 300, d: 200, x: afterRelu, bias: () => 40 },
  "dense, of either sign": { B: 100, m: 300, d: 512, x: normal, bias: () => -40 },
  "dense and not negative": { B: 100, m: 300, d: 515, x: (s, i) => Math.abs(s.normal(i)), bias: () => -40 },
  "dense, in several blocks of columns": { B: 66, m: 100, d: 1100, x: normal, bias: () => -80 },
  "dense, few columns": { B: 66, m: 100, d: 3, x: normal, bias: () => -5 },
  "dense, a few rows far out": {
    B: 130,
    m: 300,
    d: 512,
    x: (s, i, row) => s.normal(i) * (row % 31 === 3 ? 1e14 : 1),
    weights: (s, i, row) => s.normal(i) * (row % 31 === 3 ? 1e-14 : 1),
    bias: () => -70,
  },
  "dense, single large entries": {
    B: 100,
    m: 155,
    d: 256,
    x: (s, i) => s.normal(i) ** 5,
    weights: (s, i) => s.normal(i) ** 5,
  },
  "dense and sparse rows": { B: 128, m: 300, d: 200, x: (s, i, row) => (row % 5 === 0 ? normal : afterRelu)(s, i) },
  "rows of zeros": { B: 100, m: 130, d: 64, x: (s, i, row) => (row % 3 ? 0 : afterRelu(s, i)), bias: normal },
  "nothing but zeros": { B: 100, m: 130, d: 64, x: () => 0, weights: () => 0, bias: normal },
  "weight rows of zeros": { B: 100, m: 130, d: 64, x: afterRelu, weights: (s, i, row) => (row % 3 ? 0 : s.normal(i)) },
  "rows of x far apart": { B: 155, m: 130, d: 64, x: farApart, bias: normal },
  "a few rows of x far out": {
    B: 130,
    m: 300,
    d: 512,
    x: (s, i, row) => afterRelu(s, i) * (row % 31 === 3 ? 1e14 : 1),
    bias: () => -30,
  },
  "a few rows of x close to nothing": {
    B: 130,
    m: 300,
    d: 512,
    x: (s, i, row) => afterRelu(s, i) * (row % 31 === 3 ? 1e-15 : 1),
    bias: () => -30,
  },
  "a few rows of the weights far out": {
    B: 130,
    m: 300,
    d: 512,
    x: afterRelu,
    weights: (s, i, row) => s.normal(i) * (row % 31 === 3 ? 1e14 : 1),
    bias: () => -30,
  },
  "rows of the weights far apart": { B: 100, m: 155, d: 64, x: afterRelu, weights: farApart, bias: normal },
  "columns far apart": { B: 100, m: 155, d: 64, x: (s, i) => afterRelu(s, i) * 10 ** ((i % 64) / 4 - 8), bias: normal },
  "single large entries": { B: 100, m: 155, d: 64, x: afterRelu, weights: (s, i) => s.normal(i) ** 9, bias: normal },
  "one weight in each row": {
    B: 100,
    m: 128,
    d: 64,
    x: afterRelu,
    weights: (_, i, row) => (i % 64 === row % 64 ? -3 : 0),
  },
  denormals: { B: 80, m: 33, d: 33, x: (s, i) => 1e-39 * afterRelu(s, i), weights: normal, bias: normal },
  "biases beyond everything": { B: 80, m: 33, d: 33, x: afterRelu, bias: (s, i) => s.normal(i) * 1e37 },
  "less capacity than entries": { B: 80, m: 300, d: 64, capacity: 3, x: afterRelu },
  "few rows": { B: 5, m: 300, d: 64, x: afterRelu },
};

const overflowing: Case = {
  B: 80,
  m: 33,
  d: 33,
  x: (s, i) => 1e25 * afterRelu(s, i),
  weights: (s, i) => 1e20 * Math.abs(s.normal(i)),
};
const truths = new Map<string, readonly [Numbers, Truth]>();

test("the reference shows NaN as well", async () => {
  const numbers = draw("broken weights", { B: 3, m: 30, d: 8, x: afterRelu, bias: () => -70 });
  numbers.bias[7] = Number.NaN;
  const { rows } = await encode(createReferenceKernels(), numbers);
  for (const row of rows) expect(row).toEqual([[7, Number.NaN]]);
});

test("the native backend is among those tested", (context) => {
  requireOrSkip(context, nativeLevels, "the native kernels are not built");
  expect(nativeLevels?.length).toBeGreaterThan(0);
});

for (const level of nativeLevels ?? []) {
  describe(`encodeSparse at level ${level}`, () => {
    let variants: readonly Kernels[] = [];
    beforeAll(() => {
      variants = THREADS.map((threads) => createNativeKernels({ threads, level }));
    });
    const everyThreadCount = async (numbers: Numbers) => {
      const encoded = await encode(variants[0]!, numbers);
      for (const kernels of variants.slice(1)) expect(await encode(kernels, numbers)).toEqual(encoded);
      return encoded;
    };

    for (const [label, given] of Object.entries(cases)) {
      test(`finds the positive entries, and no others, of ${label}`, async () => {
        const [numbers, truth] = recall(label, () => draw(label, given));
        expectEntries(await everyThreadCount(numbers), numbers, truth);
      });
      test(`finds the few and barely positive entries of ${label}`, async () => {
        const [numbers, truth] = recall(`${label}, few`, () => withFewEntries(draw(label, given)));
        expectEntries(await everyThreadCount(numbers), numbers, truth);
      });
    }

    test("gives infinity where products overflow", async () => {
      const numbers = draw("overflowing", overflowing);
      expectEntries(await everyThreadCount(numbers), numbers);
    });

    test("gives a row the same bytes whatever rows are beside it", async () => {
      const sparse = draw("neighbours", { B: 150, m: 300, d: 200, x: afterRelu, bias: () => -18 });
      const together = await encode(variants[0]!, sparse);
      const few = await encode(variants[0]!, firstRows(sparse, 20));
      expect(together.rows.slice(0, 20)).toEqual(few.rows);
      const x = Float32Array.from(sparse.x, (value, i) => (i < 100 * sparse.d ? value : 1 + (i % 7)));
      const besideDense = await encode(variants[0]!, { ...sparse, x });
      expect(besideDense.rows.slice(0, 100)).toEqual(together.rows.slice(0, 100));
    });

    test.each([
      ["sparse", Number.NaN, afterRelu],
      ["sparse", Number.POSITIVE_INFINITY, afterRelu],
      ["dense", Number.NaN, normal],
      ["dense", Number.POSITIVE_INFINITY, normal],
    ] as const)("lets a %s row show that it holds %s", async (_, value, x) => {
      const numbers = draw("broken rows", { B: 90, m: 300, d: 512, x, bias: () => -70 });
      const sound = await encode(variants[0]!, numbers);
      numbers.x[40 * 512 + 7] = value;
      const { rows } = await everyThreadCount(numbers);
      expect(rows[40]!.some(([, entry]) => !Number.isFinite(entry))).toBe(true);
      expect(rows.toSpliced(40, 1)).toEqual(sound.rows.toSpliced(40, 1));
    });

    test.each([
      ["sparse", "weights", afterRelu],
      ["sparse", "bias", afterRelu],
      ["dense", "weights", normal],
      ["dense", "bias", normal],
    ] as const)("shows in every row of %s x that the %s hold NaN", async (_, name, x) => {
      const numbers = draw("broken weights", { B: 90, m: 300, d: 512, x, bias: () => -70 });
      numbers[name][name === "bias" ? 7 : 7 * 512 + 3] = Number.NaN;
      const { rows } = await everyThreadCount(numbers);
      for (const row of rows) expect(row.find(([index]) => index === 7)?.[1]).toBeNaN();
    });

    test("agrees with float64 on shapes, shares and scales drawn at random", async () => {
      const shape = {
        B: fc.integer({ min: 60, max: 140 }),
        m: fc.integer({ min: 1, max: 300 }),
        d: fc.integer({ min: 1, max: 150 }),
      };
      const kind = {
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        signed: fc.boolean(),
        tail: fc.integer({ min: 1, max: 5 }),
      };
      const level = { offset: fc.double({ min: -5, max: 1, noNaN: true }), scale: fc.integer({ min: -14, max: 14 }) };
      await fc.assert(
        fc.asyncProperty(fc.record({ ...shape, ...kind, ...level, seed: fc.nat() }), async (drawn) => {
          const numbers = drawCase(drawn);
          expectEntries(await encode(variants[drawn.seed % 3]!, numbers), numbers);
        }),
        { numRuns: 40, seed: 5 },
      );
    });
  });
}

function drawCase(drawn: {
  B: number;
  m: number;
  d: number;
  share: number;
  signed: boolean;
  tail: number;
  offset: number;
  scale: number;
  seed: number;
}): Numbers {
  const scale = 10 ** drawn.scale;
  return draw(`drawn ${drawn.seed}`, {
    ...drawn,
    x: (s, i) => (s.uniform(2e9 + i) < drawn.share ? (drawn.signed ? s.normal(i) : Math.abs(s.normal(i))) * scale : 0),
    weights: (s, i) => Math.sign(s.normal(i)) * Math.abs(s.normal(i)) ** drawn.tail,
    bias: (s, i) => (drawn.offset * Math.sqrt(drawn.d * drawn.share) + 0.1 * s.normal(i)) * scale,
  });
}

/** Biases for which an even feature is active in one row, an odd one meets 0 there, give or take a few roundings. */
function withFewEntries(numbers: Numbers): Numbers {
  const stream = createRandomStream(2, "distances");
  const { wanted } = computeTruth({ ...numbers, bias: new Float32Array(numbers.m) });
  const bias = Float32Array.from({ length: numbers.m }, (_, i) => {
    const products = Array.from({ length: numbers.B }, (_, b) => wanted[b * numbers.m + i]!).toSorted((p, q) => q - p);
    const [largest, next] = [products[0]!, products[1] ?? 0];
    if (i % 2 === 0) return -(largest + next) / 2;
    return -largest * (1 + 1e-4 * stream.normal(i));
  });
  return { ...numbers, bias };
}

/** The numbers of a case and their truth, made once. */
function recall(label: string, make: () => Numbers): readonly [Numbers, Truth] {
  const numbers = truths.get(label)?.[0] ?? make();
  const known = truths.get(label) ?? ([numbers, computeTruth(numbers)] as const);
  truths.set(label, known);
  return known;
}

function draw(label: string, { B, m, d, capacity = m, x, weights = normal, bias = () => 0 }: Case): Numbers {
  const streams = ["x", "weights", "bias"].map((name) => createRandomStream(1, label, name)) as RandomStream[];
  return {
    B,
    m,
    d,
    capacity,
    x: Float32Array.from({ length: B * d }, (_, i) => x(streams[0]!, i, Math.floor(i / d))),
    weights: Float32Array.from({ length: m * d }, (_, i) => weights(streams[1]!, i, Math.floor(i / d))),
    bias: Float32Array.from({ length: m }, (_, i) => bias(streams[2]!, i)),
  };
}

function firstRows(numbers: Numbers, B: number): Numbers {
  return { ...numbers, B, x: numbers.x.subarray(0, B * numbers.d) };
}

async function encode(kernels: Kernels, { B, m, d, capacity, x, weights, bias }: Numbers): Promise<Encoded> {
  const codes = createSparseCodes(kernels, B, capacity);
  const tensors = [kernels.upload(x, [B, d]), kernels.upload(weights, [m, d]), kernels.upload(bias, [m])] as const;
  kernels.encodeSparse(codes, ...tensors);
  const [counts, indices] = [await kernels.readInts(codes.counts), await kernels.readInts(codes.indices)];
  const values = await kernels.read(codes.values);
  for (const tensor of [...tensors, codes.counts, codes.indices, codes.values]) kernels.release(tensor);
  const rows = Array.from(counts, (count, b) =>
    Array.from({ length: Math.min(count, capacity) }, (_, k): readonly [number, number] => {
      const at = b * capacity + k;
      return [indices[at]!, values[at]!];
    }),
  );
  return { counts, rows };
}

function flushed(value: number): number {
  return Math.abs(value) < 2 ** -126 ? 0 : value;
}

/** What an entry is in float64, denormals taken for 0, and how far from it the rounding of float32 may bring it. */
interface Truth {
  readonly wanted: Float64Array;
  readonly allowed: Float64Array;
}

function computeTruth({ B, m, d, x, weights, bias }: Numbers): Truth {
  const [wanted, allowed] = [new Float64Array(B * m), new Float64Array(B * m)];
  const columns = Float64Array.from(weights, flushed);
  for (let b = 0; b < B; b++) {
    const row = Float64Array.from(x.subarray(b * d, (b + 1) * d), flushed);
    const places = Array.from(row.keys()).filter((k) => row[k] !== 0);
    for (let i = 0; i < m; i++) {
      let [total, absolute] = [flushed(bias[i]!), Math.abs(bias[i]!)];
      for (const k of places) {
        const product = row[k]! * columns[i * d + k]!;
        total += product;
        absolute += Math.abs(product);
      }
      wanted[b * m + i] = total;
      allowed[b * m + i] = 2 ** -23 * (places.length + 4) * absolute + d * 2 ** -124;
    }
  }
  return { wanted, allowed };
}

/** Every entry above the rounding of float32 is there, none below minus that, each value within it, in order. */
function expectEntries(encoded: Encoded, numbers: Numbers, truth = computeTruth(numbers)): void {
  const wrong = encoded.rows.flatMap((_, b) => [...judgeRow(encoded, b, numbers, truth)]);
  expect(wrong.slice(0, 5)).toEqual([]);
}

function* judgeRow({ counts, rows }: Encoded, b: number, { m, capacity }: Numbers, truth: Truth): Generator<string> {
  const found = new Map(rows[b]!);
  const [wanted, allowed] = [truth.wanted, truth.allowed].map((all) => all.subarray(b * m, (b + 1) * m)) as [
    Float64Array,
    Float64Array,
  ];
  const count = counts[b]!;
  for (let i = 0; i < m; i++) {
    const message = judge(found.get(i), wanted[i]!, allowed[i]!, count > capacity);
    if (message) yield `row ${b} column ${i}: ${message}`;
  }
  const least = wanted.filter((value, i) => value > allowed[i]!).length;
  const most = wanted.filter((value, i) => value >= -allowed[i]!).length;
  if (count < least || count > most) yield `row ${b} counts ${count}, wanted ${least} to ${most}`;
  if (found.size !== Math.min(count, capacity)) yield `row ${b} has an index twice`;
  if (!isAscending([...found.keys()])) yield `row ${b} is not in ascending order`;
}

function judge(found: number | undefined, wanted: number, allowed: number, overflows: boolean): string | undefined {
  if (found === undefined) return wanted > allowed && !overflows ? `${wanted} is missing` : undefined;
  if (wanted < -allowed) return `${found} is there, wanted none at ${wanted}`;
  if (!(found > 0)) return `${found} is not positive`;
  if (wanted > LARGEST_FLOAT) return found === Number.POSITIVE_INFINITY ? undefined : `${found}, wanted it infinite`;
  return Math.abs(found - wanted) > allowed ? `${found}, wanted ${wanted}` : undefined;
}

function isAscending(indices: readonly number[]): boolean {
  return indices.every((index, k) => k === 0 || index > indices[k - 1]!);
}
