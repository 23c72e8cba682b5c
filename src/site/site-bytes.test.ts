import fastCheck from "fast-check";
import { expect, test } from "vitest";
import { joinPlanes, splitPlanes } from "./byte-planes.ts";
import { joinRecords, takeRecord } from "./record-file.ts";

test("planes are joined to what was split, whatever the length", () => {
  fastCheck.assert(
    fastCheck.property(fastCheck.uint8Array({ maxLength: 70 }), fastCheck.constantFrom(1, 4), (bytes, planes) => {
      expect(joinPlanes(splitPlanes(bytes, planes), planes)).toEqual(new Uint8Array(bytes));
    }),
  );
  expect([...splitPlanes(Uint8Array.of(0, 1, 2, 3, 4, 5), 4)]).toEqual([0, 4, 1, 5, 2, 3]);
});

test("each record comes out as it went in, empty ones too", () => {
  fastCheck.assert(
    fastCheck.property(fastCheck.array(fastCheck.uint8Array({ maxLength: 20 }), { maxLength: 9 }), (records) => {
      const file = joinRecords(records);
      for (const [place, record] of records.entries()) expect([...takeRecord(file, place)]).toEqual([...record]);
      expect(() => takeRecord(file, records.length)).toThrow("is not among");
    }),
  );
});

test("a damaged file of records throws and never reads beyond its end", () => {
  const file = joinRecords([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
  fastCheck.assert(
    fastCheck.property(
      fastCheck.nat(file.length),
      fastCheck.nat(file.length - 1),
      fastCheck.nat(255),
      fastCheck.nat(3),
      (length, at, value, place) => {
        const damaged = file.slice(0, length);
        if (at < length) damaged[at] = value;
        try {
          expect(takeRecord(damaged, place).length).toBeLessThanOrEqual(damaged.length);
        } catch (error) {
          expect((error as Error).message).toMatch(/record \d+/);
        }
      },
    ),
  );
});
