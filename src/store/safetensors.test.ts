import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { UserError } from "../numerics/user-error.ts";
import { parseSafetensors, readSafetensors, writeSafetensors } from "./safetensors.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-safetensors-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of a header's text as it stands and `size` bytes of data. */
function file(header: string | Uint8Array, size: number, length?: bigint): Uint8Array {
  const text = typeof header === "string" ? Buffer.from(header) : header;
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(length ?? BigInt(text.byteLength));
  return new Uint8Array(Buffer.concat([head, text, Buffer.alloc(size)]));
}

const A = '"dtype":"F32","shape":[2],"data_offsets":[0,8]';
const a = (fields: string) => `{"a":{${fields}}}`;
const f32 = (shape: string, offsets: string) => a(`"dtype":"F32","shape":${shape},"data_offsets":${offsets}`);

test("a good header by hand is read, padded or not", () => {
  for (const padding of ["", " ", "     "])
    expect(parseSafetensors(file(`{"a":{${A}}}${padding}`, 8), "x").tensors.get("a")).toEqual({
      shape: [2],
      data: new Float32Array(2),
    });
});

test.each([
  ["of no bytes", new Uint8Array(0), /0 bytes/],
  ["of 7 bytes", new Uint8Array(7), /7 bytes/],
  ["with a header length of 0", file("", 8, 0n), /header claims 0 bytes/],
  ["with a header length beyond the file", file(a(A), 8, 1000n), /header claims 1000 bytes/],
  ["with a header length of 2^63", file(a(A), 8, 2n ** 63n), /header claims/],
  ["with a header that is not UTF-8", file(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 0), /not valid/],
  ["with a byte order mark", file(`\ufeff${a(A)}`, 8), /does not start with \{/],
  ["with a list for a header", file(`[${a(A)}]`, 8), /does not start with \{/],
  ["with junk after the header", file(`${a(A)}x`, 8), /nothing more/],
  ["with a tensor that comes twice", file(`{"a":{${A}},"a":{${A}}}`, 8), /"a" comes twice/],
  ["with a field that comes twice", file(a(`${A},"dtype":"I32"`), 8), /"dtype" comes twice/],
  ["with metadata that is no string", file(`{"__metadata__":{"x":1},"a":{${A}}}`, 8), /__metadata__\.x/],
  ["with deep nesting", file(`{"a":${"[".repeat(100_000)}`, 8), /nested deeper/],
  ["with negative offsets", file(f32("[2]", "[-8,0]"), 8), /not a string, a whole number/],
  ["with fractional offsets", file(f32("[2]", "[0.5,8.5]"), 8), /not a string, a whole number/],
  ["with offsets as exponents", file(f32("[2]", "[0,8e0]"), 8), /not a string, a whole number/],
  ["with offsets beyond 2^53", file(f32("[2]", "[0,9007199254740993]"), 8), /too large/],
  ["with reversed offsets", file(f32("[2]", "[8,0]"), 8), /no valid offsets/],
  ["with one offset", file(f32("[2]", "[0]"), 8), /no valid offsets/],
  ["with data past its end", file(f32("[4]", "[0,16]"), 8), /cover 16 of 8/],
  ["with a shape that overflows", file(f32("[4294967296,4294967296,4294967296]", "[0,8]"), 8), /its shape needs 3/],
  ["with a shape that does not fit", file(f32("[3]", "[0,8]"), 8), /its shape needs 12/],
  [
    "with a hole",
    file(`{"a":{${A}},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}`, 16),
    /starts at 12, wanted 8/,
  ],
  [
    "with an overlap",
    file(`{"a":{${A}},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8),
    /starts at 4, wanted 8/,
  ],
  ["with data that is no tensor's", file(a(A), 12), /cover 8 of 12/],
  [
    "with an unknown dtype",
    file(a('"dtype":"toString","shape":[],"data_offsets":[0,8]'), 8),
    /unknown dtype "toString"/,
  ],
  ["with a missing field", file(a('"dtype":"F32","shape":[2]'), 8), /fields dtype,shape/],
  ["with a tensor of one more field", file(a(`${A},"x":1`), 8), /fields data_offsets,dtype,shape,x/],
] as const)("a file %s is refused by name", (_case, bytes, sentence) => {
  expect(() => parseSafetensors(bytes, "some.safetensors")).toThrow(sentence);
  expect(() => parseSafetensors(bytes, "some.safetensors")).toThrow(/^some\.safetensors is damaged/);
});

test("dtypes that are known but not numbers of ours are refused where their data is wanted", () => {
  const bytes = file(a('"dtype":"I64","shape":[1],"data_offsets":[0,8]'), 8);
  expect(() => parseSafetensors(bytes, "x")).toThrow("x: tensor a has dtype I64, wanted F32, F16, BF16, I32 or U32");
});

test("names that mean something to JavaScript are names of tensors like others", () => {
  const header = `{"__proto__":{${A}},"constructor":{"dtype":"F32","shape":[0],"data_offsets":[8,8]},"__metadata__":{"__proto__":"x"}}`;
  const { tensors, metadata } = parseSafetensors(file(header, 8), "x");
  expect([...tensors.keys()].sort()).toEqual(["__proto__", "constructor"]);
  expect(Object.getOwnPropertyNames(metadata)).toEqual(["__proto__"]);
  expect(({} as Record<string, unknown>).dtype).toBeUndefined();
});

test("a hundred thousand tensors take no time that grows with their square", () => {
  const entries = Array.from({ length: 100_000 }, (_, i) => `"t${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`);
  expect(parseSafetensors(file(`{${entries.join()}}`, 0), "x").tensors.size).toBe(100_000);
});

describe("half precision", () => {
  /** Sign, exponent and fraction put together as IEEE 754 and the bfloat16 proposal say. */
  function meaning(bits: number, exponentBits: number, fractionBits: number): number {
    const sign = bits >> 15 === 0 ? 1 : -1;
    const bias = 2 ** (exponentBits - 1) - 1;
    const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
    const fraction = bits & (2 ** fractionBits - 1);
    if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
    return sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
  }

  test.each([
    ["F16", 5, 10],
    ["BF16", 8, 7],
  ] as const)("every %s is read as the number it stands for", (dtype, exponentBits, fractionBits) => {
    const bytes = file(a(`"dtype":"${dtype}","shape":[65536],"data_offsets":[0,131072]`), 131_072);
    const view = new DataView(bytes.buffer, bytes.byteLength - 131_072);
    for (let bits = 0; bits < 65_536; bits++) view.setUint16(2 * bits, bits, true);
    const { data } = parseSafetensors(bytes, "x").tensors.get("a")!;
    expect(data).toBeInstanceOf(Float32Array);
    for (let bits = 0; bits < 65_536; bits++)
      if (!Object.is(data[bits], meaning(bits, exponentBits, fractionBits)))
        expect(data[bits], `bits ${bits}`).toBe(meaning(bits, exponentBits, fractionBits));
  });

  test("what is written as float16 comes back rounded to it", () => {
    const path = join(folder, "half.safetensors");
    writeSafetensors(path, new Map([["x", { shape: [4], data: Float16Array.of(1 / 3, 65_504, 2 ** -24, -0) }]]));
    const { data } = readSafetensors(path).tensors.get("x")!;
    expect([...data]).toEqual([Math.f16round(1 / 3), 65_504, 2 ** -24, -0]);
  });
});

describe("what is no regular file", () => {
  test("a folder and a pipe are refused, a link is followed", () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    for (const path of [folder, pipe]) expect(() => readSafetensors(path)).toThrow(`${path} is no file`);
    const path = join(folder, "linked.safetensors");
    writeFileSync(path, file(a(A), 8));
    symlinkSync(path, join(folder, "link"));
    expect(readSafetensors(join(folder, "link")).tensors.size).toBe(1);
  });
});

describe("damage of any kind", () => {
  const whole = file(
    `{"__metadata__":{"k":"v"},"a":{${A}},"bee":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]}}`,
    12,
  );

  /** Parsing may succeed or refuse, and do nothing else. */
  function parses(bytes: Uint8Array): boolean {
    try {
      parseSafetensors(bytes, "x");
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return false;
    }
  }

  test("random bytes are refused by a sentence", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => !parses(bytes)),
      { numRuns: 2000 },
    );
  });

  test("any change of a good file is read or refused by a sentence", () => {
    expect(parses(whole)).toBe(true);
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255), remove: fc.nat(3), insert: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let bytes: number[] = [...whole];
        for (const { at, byte, remove, insert } of changes)
          bytes = [...bytes.slice(0, at), ...Array<number>(insert).fill(byte), ...bytes.slice(at + remove)];
        parses(Uint8Array.from(bytes));
      }),
      { numRuns: 5000 },
    );
  });

  test("JSON of any other kind is refused by a sentence", () => {
    fc.assert(
      fc.property(fc.json(), (json) => !parses(file(json, 8))),
      { numRuns: 1000 },
    );
  });
});
