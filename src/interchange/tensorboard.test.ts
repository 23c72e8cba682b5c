import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createFakeLog } from "../../test/support/fake-training.ts";
import { readEventFile } from "../../test/support/read-event-file.ts";
import { appendEvents } from "../store/event-log.ts";
import { runPaths } from "../store/run-directory.ts";
import { crc32c, renderEventFile } from "./tensorboard.ts";
import { writeEventFiles } from "./write-event-files.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-tensorboard-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["32 zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 ones", new Uint8Array(32).fill(255), 0x62a8ab43],
  ["0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ["31 to 0", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ["123456789", new TextEncoder().encode("123456789"), 0xe3069283],
])("the checksum of %s is that of RFC 3720", (_, bytes, wanted) => {
  expect(crc32c(bytes)).toBe(wanted);
});

describe("an event file", () => {
  const log = createFakeLog({ steps: 400, looks: 4 });
  const events = readEventFile(renderEventFile(log));

  test("names its version first and holds one event a line, at the line's step and no time of its own", () => {
    expect(events[0]).toMatchObject({ version: "brain.Event:2", step: 0, scalars: {} });
    expect(events.slice(1).map(({ step }) => step)).toEqual(log.map(({ step }) => step));
    expect(events.every(({ wallTime }) => wallTime === 0)).toBe(true);
  });

  test("has whole checksums", () => {
    for (const { checksums, lengthBytes, data } of events)
      expect(checksums).toEqual([crc32c(lengthBytes), crc32c(data)]);
  });

  test("keeps every number of a line, nested ones too, to float32", () => {
    const line = log.findLast(({ kind }) => kind === "step")!;
    const { scalars } = events.findLast(({ scalars }) => "step/loss" in scalars)!;
    for (const name of ["loss", "reconstruction", "l0", "l1", "l1SumOfSquares", "learningRate"])
      expect(scalars[`step/${name}`]).toBe(Math.fround(line[name] as number));
    const look = events.at(-1)!.scalars;
    expect(look["look/lossRecovered/zero"]).toBe(Math.fround(0.96 - 0.3 * Math.exp(-10)));
    expect(look["look/fractionBelow/1e-4"]).toBeGreaterThan(0);
    expect(look["look/recent/modes/low/alignment"]).toBeGreaterThan(0);
    expect(Object.keys(look)).not.toContain("look/vectors");
  });

  test("keeps density histograms as they are in the log", () => {
    const { densityHistogram } = log.at(-1) as unknown as { densityHistogram: { counts: number[]; silent: number } };
    const histogram = events.at(-1)!.histograms["look/densityHistogram"]!;
    expect(histogram.counts).toEqual(densityHistogram.counts);
    expect(histogram).toMatchObject({ min: -8, max: 0, count: 1024 - densityHistogram.silent });
    expect(histogram.limits.slice(0, 2)).toEqual([-7.75, -7.5]);
    expect(histogram.sum / histogram.count).toBeCloseTo(-3, 1);
    expect(histogram.sumOfSquares / histogram.count - (histogram.sum / histogram.count) ** 2).toBeCloseTo(0.25, 1);
  });

  test("survives steps beyond 32 bits and numbers that are no numbers", () => {
    const [, event] = readEventFile(renderEventFile([{ kind: "step", step: 2 ** 40 + 5, loss: 1, l0: null }]));
    expect(event).toMatchObject({ step: 2 ** 40 + 5, scalars: { "step/loss": 1 } });
    expect(readEventFile(renderEventFile([{ kind: "step", step: 3, loss: null }]))).toHaveLength(1);
  });
});

describe("a run's event files", () => {
  const directory = join(folder, "run");
  const paths = runPaths(directory);
  const log = createFakeLog({ steps: 100, looks: 2 });
  const first = log.slice(0, 7);
  const read = (path: string) => readEventFile(readFileSync(path)).length - 1;

  test("stand in a folder for the model and one for each dictionary, and there is none without a log", () => {
    expect(writeEventFiles(directory)).toEqual([]);
    appendEvents(paths.model.metrics, [{ kind: "validation", step: 1, loss: 5 }]);
    appendEvents(paths.dictionary("main").metricsLog, first);
    appendEvents(paths.dictionary("l1-2").metricsLog, first);
    const folders = writeEventFiles(directory).map((path) =>
      path
        .slice(directory.length + 1)
        .split("/")
        .slice(0, 2)
        .join("/"),
    );
    expect(folders).toEqual(["tensorboard/model", "tensorboard/dictionary-main", "tensorboard/dictionary-l1-2"]);
  });

  test("grow at the end as the log grows, and are begun anew where a resumed run cut its log", () => {
    const path = writeEventFiles(directory)[1]!;
    const before = readFileSync(path);
    const { ino } = statSync(path);
    appendEvents(paths.dictionary("main").metricsLog, log.slice(7));
    writeEventFiles(directory);
    expect(read(path)).toBe(log.length);
    expect(statSync(path).ino).toBe(ino);
    expect(readFileSync(path).subarray(0, before.length).equals(before)).toBe(true);
    const cut = [...log.filter(({ step }) => step <= 20), { kind: "step", step: 30, loss: 9 }];
    rmSync(paths.dictionary("main").metricsLog);
    appendEvents(paths.dictionary("main").metricsLog, cut);
    writeEventFiles(directory);
    expect(readEventFile(readFileSync(path)).at(-1)).toMatchObject({ step: 30, scalars: { "step/loss": 9 } });
    expect(read(path)).toBe(cut.length);
  });
});
