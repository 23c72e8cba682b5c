import fc from "fast-check";
import { expect, test } from "vitest";
import { parseLiveRequest } from "../../src/live/live-request.ts";
import {
  formatSteeredFeatures,
  listInterventions,
  parseSteerSelection,
  resolveValue,
  type SteeredFeature,
} from "./steer-selection.ts";

const FEATURES = 100;
const maximum = Float32Array.from({ length: FEATURES }, (_, feature) => feature / 4);

function parse(f: string) {
  return parseSteerSelection(new URLSearchParams({ f }), FEATURES);
}

test("an address names features with what is done to them; left out, they are held at their maximum everywhere", () => {
  const { features, unknown } = parse("12:pin:8.1,77:add:-3:0-5,5:ablate:4-,9");
  expect(features).toEqual([
    { feature: 12, kind: "pin", value: 8.1, span: null },
    { feature: 77, kind: "add", value: -3, span: { from: 0, to: 5 } },
    { feature: 5, kind: "ablate", value: null, span: { from: 4, to: null } },
    { feature: 9, kind: "pin", value: null, span: null },
  ]);
  expect(unknown).toEqual([]);
  expect(resolveValue(features[3]!, maximum)).toBe(9 / 4);
  expect(listInterventions(features, maximum)).toEqual([
    { kind: "pin", feature: 12, value: 8.1, span: null },
    { kind: "add", feature: 77, amount: -3, span: [0, 6] },
    { kind: "ablate", feature: 5, span: [4, 1_000_001] },
    { kind: "pin", feature: 9, value: 9 / 4, span: null },
  ]);
});

test("what names no feature of the dictionary is told, not ignored", () => {
  expect(parse("100:pin,1.5:pin,x,3:push,4").unknown).toEqual(["100:pin", "1.5:pin", "x", "3:push"]);
  expect(parse("100:pin,4").features.map(({ feature }) => feature)).toEqual([4]);
});

test("features survive the way through the address", () => {
  const span = fc.option(
    fc.record({ from: fc.nat(999_999), length: fc.option(fc.nat(100)) }).map(({ from, length }) => ({
      from,
      to: length === null ? null : Math.min(999_999, from + length),
    })),
  );
  const value = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((number) => number + 0));
  const entry = fc
    .record({ feature: fc.nat(FEATURES - 1), kind: fc.constantFrom("pin", "add", "ablate"), value, span })
    .map((fields) => ({ ...fields, value: fields.kind === "ablate" ? null : fields.value }) as SteeredFeature);
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 64 }), (entries) => {
      expect(parse(formatSteeredFeatures(entries)).features).toEqual(entries);
    }),
  );
});

test("whatever an address says, what is asked is a valid request", () => {
  const query = fc.dictionary(fc.constantFrom("f", "n", "temp", "k", "top", "seed", "model", "dose"), fc.string());
  const part = fc.stringMatching(/^[0-9]{0,3}:(pin|add|ablate|)(:[-0-9.e]{0,8}){0,3}$/);
  const either = fc.oneof(
    query,
    fc.array(part).map((parts): Record<string, string> => ({ f: parts.join(",") })),
  );
  fc.assert(
    fc.property(either, (fields) => {
      const selection = parseSteerSelection(new URLSearchParams(fields), FEATURES);
      const { tokens, temperature, topK, topP, seed } = selection;
      const interventions = listInterventions(selection.features, maximum);
      const request = { kind: "steer", prompt: "x", interventions, errorTerm: "keep", tokens, seed };
      expect(() => parseLiveRequest({ ...request, temperature, topK, topP })).not.toThrow();
    }),
  );
});
