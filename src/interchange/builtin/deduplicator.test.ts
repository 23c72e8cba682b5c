import fc from "fast-check";
import { expect, test } from "vitest";
import { createDeduplicator } from "./deduplicator.ts";

const paragraph = (word: string) => `${word} `.repeat(Math.ceil(200 / word.length)).trim();

test("a paragraph that was seen is removed even when it is wrapped, quoted or commented differently", () => {
  const removeRepeats = createDeduplicator();
  const licence = paragraph("permission");
  expect(removeRepeats(licence, "prose")).toBe(licence);
  const quoted = licence.replaceAll("permission permission ", "permission\n> permission\n> ");
  expect(removeRepeats(`${paragraph("new")}\n\n> ${quoted}\n\n${paragraph("newer")}`, "prose")).toBe(
    `${paragraph("new")}\n\n${paragraph("newer")}`,
  );
});

test("a text of which less than half is new is dropped and leaves nothing behind", () => {
  const removeRepeats = createDeduplicator();
  removeRepeats(`${paragraph("a")}\n\n${paragraph("b")}`, "prose");
  const mostlyOld = `${paragraph("a")}\n\n${paragraph("b")}\n\n${paragraph("c")}`;
  expect(removeRepeats(mostlyOld, "prose")).toBeUndefined();
  expect(removeRepeats(paragraph("c"), "prose")).toBe(paragraph("c"));
});

test("runs of three lines of code are recognised inside other text", () => {
  const removeRepeats = createDeduplicator();
  const lines = Array.from({ length: 3 }, (_, i) => `const someRatherLongVariableName${i} = computeValue(${i});`);
  removeRepeats(lines.join("\n"), "code");
  const more = Array.from({ length: 6 }, (_, i) => `const anotherRatherLongVariable${i} = computeOther(${i});`);
  const kept = removeRepeats([...more.slice(0, 3), ...lines, ...more.slice(3)].join("\n"), "code");
  expect(kept).toBe(more.join("\n"));
});

test("a text of quote and comment marks alone holds nothing to keep", () => {
  expect(createDeduplicator()("#\n> */", "prose")).toBeUndefined();
});

test("no text is kept twice, whatever it is", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((text) => text.trim() !== ""),
      (text) => {
        const removeRepeats = createDeduplicator();
        removeRepeats(text, "prose");
        expect(removeRepeats(text, "prose")).toBeUndefined();
      },
    ),
  );
});
