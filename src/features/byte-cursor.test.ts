import fc from "fast-check";
import { expect, test } from "vitest";
import { createByteReader, createByteWriter } from "./byte-cursor.ts";

test("whole numbers up to 2^53 - 1 come back from as few groups of seven bits as hold them", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 53 }), (number, shift) => {
      const value = Math.floor(number / 2 ** shift);
      const out = createByteWriter();
      out.varint(value);
      const bytes = out.finish();
      expect(bytes.byteLength).toBe(Math.max(1, Math.ceil(value.toString(2).length / 7)));
      const input = createByteReader(bytes, "number");
      expect(input.varint()).toBe(value);
      input.finish();
    }),
  );
});

test("a number cut off or too large to be one is refused", () => {
  expect(() => createByteReader(Uint8Array.of(200, 200), "number").varint()).toThrow("number is damaged");
  const endless = new Uint8Array(20).fill(255);
  expect(() => createByteReader(endless, "number").varint()).toThrow("a number that is too large");
});
