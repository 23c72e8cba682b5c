import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { UserError } from "../numerics/user-error.ts";
import { nameTable, openRowReader } from "../store/row-tables.ts";
import { locateActivations, readActivationTables } from "./activation-files.ts";
import { readNpyTable } from "./npy.ts";
import { hashSample } from "./sample-hash.ts";

const FIXTURES = resolve(import.meta.dirname, "../../test/parity/fixtures/activations");
const shapes = JSON.parse(readFileSync(join(FIXTURES, "shapes.json"), "utf8")) as {
  readonly width: number;
  readonly good: Readonly<Record<string, readonly (readonly [string, number])[]>>;
};
const fixture = (name: string) => join(FIXTURES, name);
const folder = mkdtempSync(join(tmpdir(), "monosem-activations-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("files that NumPy and PyTorch wrote", () => {
  test.each(Object.entries(shapes.good))("%s is read as what was written", (name, wanted) => {
    const tables = readActivationTables([fixture(name)]);
    expect(tables.map(({ dtype, rows }) => [dtype, rows])).toEqual(wanted);
    const rows = wanted.reduce((sum, [, count]) => sum + count, 0);
    const reader = openRowReader(tables);
    const out = new Float32Array(rows * shapes.width);
    reader.read(out, 0);
    reader.close();
    expect([...out]).toEqual(Array.from({ length: out.length }, (_, i) => Math.floor(i / 3) / 4 - (i % 3)));
  });

  test("one tensor of a file is taken by its name", () => {
    const [table, ...more] = readActivationTables([`${fixture("several.safetensors")}:second`]);
    expect(more).toEqual([]);
    expect(nameTable(table!)).toBe(`${fixture("several.safetensors")}:second`);
    expect(table).toMatchObject({ dtype: "F16", rows: 4, width: 3 });
    expect(readActivationTables([`${fixture("widths.safetensors")}:wide`])[0]!.width).toBe(4);
  });
});

test.each([
  ["fortran.npy", /stored column by column \(fortran_order\): save numpy\.ascontiguousarray/],
  ["big-endian.npy", /holds numbers >f4, wanted little-endian float32 or float16/],
  ["float64.npy", /holds numbers <f8, wanted .*save x\.astype\("<f4"\)/],
  ["integers.npy", /holds numbers <i8/],
  ["structured.npy", /holds numbers of no single type/],
  ["vector.npy", /has 1 dimensions \(6\), wanted 2.*reshape\(-1, width\)/],
  ["cube.npy", /has 3 dimensions \(2, 3, 4\), wanted 2/],
  ["scalar.npy", /has 0 dimensions/],
  ["empty.npy", /holds no numbers, its shape is \(0, 3\)/],
  ["widths.safetensors", /matrices of different widths \(narrow F32 \[6, 3\], wide F32 \[2, 4\]\): name one/],
  ["no-matrix.safetensors", /holds no matrix of F32, F16 or BF16.*holds mean F32 \[3\], ids I64 \[2, 3\]/],
  ["several.safetensors:secnd", /holds no tensor secnd \(did you mean second\?\)/],
  ["several.safetensors:ids", /tensor ids has dtype I64, wanted F32, F16 or BF16/],
  ["several.safetensors:mean", /mean F32 \[3\] has 1 dimensions, wanted 2/],
  ["shapes.json", /is neither \.npy nor \.safetensors/],
  ["gone.npy", /does not exist/],
] as const)("%s is refused by a sentence naming it", (name, sentence) => {
  expect(() => readActivationTables([fixture(name)])).toThrow(sentence);
  expect(() => readActivationTables([fixture(name)])).toThrow(UserError);
  expect(() => readActivationTables([fixture(name)])).toThrow(fixture(name).split(":")[0]!);
});

test("shards of different widths are refused by naming both", () => {
  const wide = `${fixture("widths.safetensors")}:wide`;
  expect(() => readActivationTables([fixture("float32.npy"), wide])).toThrow(
    `${wide} has vectors of width 4, ${fixture("float32.npy")} of 3: a dictionary learns from activations of one width`,
  );
});

describe("damaged .npy files", () => {
  const whole = readFileSync(fixture("float32.npy"));
  const path = join(folder, "damaged.npy");

  test("every truncation and every excess is noticed", () => {
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      expect(() => readNpyTable(path), `length ${length}`).toThrow(UserError);
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(1)]));
    expect(() => readNpyTable(path)).toThrow(/damaged: 61 bytes of numbers, its shape \(5, 3\) needs 60/);
  });

  test("a header changed in any way is read or refused by a sentence", () => {
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = Buffer.from(whole);
        for (const { at, byte } of changes) bytes[at] = byte;
        writeFileSync(path, bytes);
        try {
          readActivationTables([path]);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("a shape beyond all numbers is refused", () => {
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${"9".repeat(400)}, 3), }`;
    const length = Buffer.from([header.length & 255, header.length >> 8]);
    writeFileSync(path, Buffer.concat([Buffer.from("\u0093NUMPY\u0001\u0000", "latin1"), length, Buffer.from(header)]));
    expect(() => readNpyTable(path)).toThrow(/no file is that large/);
  });
});

describe("finding files", () => {
  mkdirSync(join(folder, "shards"));
  for (const name of ["b.npy", "a.npy", "c.txt"]) copyFileSync(fixture("float32.npy"), join(folder, "shards", name));
  const shard = (name: string) => join(folder, "shards", name);

  test("a glob gives its files in a fixed order, and a file named twice comes once", () => {
    expect(locateActivations([join(folder, "shards", "*.npy"), shard("a.npy")])).toEqual([
      shard("a.npy"),
      shard("b.npy"),
    ]);
  });

  test("a tensor's name stays with its file", () => {
    expect(locateActivations([`${fixture("several.safetensors")}:second`])).toEqual([
      `${fixture("several.safetensors")}:second`,
    ]);
  });

  test("what matches nothing is refused", () => {
    expect(() => locateActivations([join(folder, "*.safetensors")])).toThrow(/\*\.safetensors matches no file/);
    expect(() => locateActivations([join(folder, "x.npy")])).toThrow(/x\.npy does not exist/);
  });
});

test("a file's sampled hash changes with its content, its length, and any byte of a small file", () => {
  const path = join(folder, "hashed");
  const bytes = Buffer.alloc(1000);
  const hashOf = (content: Buffer) => {
    writeFileSync(path, content);
    return hashSample(path);
  };
  const hashes = new Set([hashOf(bytes), hashOf(bytes.subarray(1))]);
  for (const at of [0, 500, 999]) hashes.add(hashOf(Buffer.from(bytes.map((_, i) => (i === at ? 1 : 0)))));
  expect(hashes.size).toBe(5);
  const large = Buffer.alloc((16 << 20) + 5);
  const first = hashOf(large);
  large[large.length - 1] = 1;
  expect(hashOf(large)).not.toBe(first);
});
