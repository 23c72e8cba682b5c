import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { breakDisk, type Fault } from "../../test/support/failing-disk.ts";
import { shareAtomically, streamAtomically, writePartsAtomically } from "./write-atomically.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-atomically-"));
afterAll(() => rmSync(folder, { recursive: true }));

const OLD = "as it was";
/** Of two writes, the second of which is kept back until the file is synced. */
const PARTS = [Buffer.alloc(1 << 20, "a"), Buffer.from("end")];
const NEW = Buffer.concat(PARTS);
const source = join(folder, "source");
writeFileSync(source, NEW);

/** Throws after the first piece, where `broken`. */
function* pieces(broken: boolean): Generator<Uint8Array> {
  for (const [i, part] of PARTS.entries()) {
    if (broken && i === 1) throw new RangeError("no more pieces");
    yield part;
  }
}

async function* awaited(broken: boolean): AsyncGenerator<Uint8Array> {
  yield* pieces(broken);
}

const WAYS = {
  "pieces at hand": async (path: string, broken = false) => writePartsAtomically(path, pieces(broken)),
  "pieces awaited": (path: string, broken = false) => streamAtomically(path, awaited(broken), NEW.byteLength),
  "a file shared": async (path: string) => shareAtomically(source, path),
} as const;

/** The number of the next file opened: higher where one was left open. */
function nextFileNumber(): number {
  const file = openSync(source, "r");
  closeSync(file);
  return file;
}

describe.each(Object.entries(WAYS))("replacing a file by %s", (name, replace) => {
  const root = join(folder, name);
  const path = join(root, "file");

  async function replaceOnDisk(fault: Omit<Fault, "root">) {
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root);
    writeFileSync(path, OLD);
    const disk = breakDisk({ ...fault, root });
    try {
      return { disk, error: await replace(path).catch((refusal: unknown) => refusal) };
    } finally {
      disk.mend();
    }
  }

  test("syncs the file before it takes its place, and the folder after", async () => {
    const { disk, error } = await replaceOnDisk({ kind: "none", at: 0 });
    expect(error).toBeUndefined();
    expect(readFileSync(path).equals(NEW)).toBe(true);
    const last = name === "a file shared" ? ["rename", "fsync"] : ["fsync", "rename", "fsync"];
    expect(disk.operations.slice(-last.length)).toEqual(last);
  });

  test.each([
    ["ENOSPC", /no space left to write .*file/],
    ["EIO", /cannot write .*file: EIO/],
  ] as const)(
    "leaves the old one or the new one whole and no file open, whatever operation is refused by %s",
    async (kind, sentence) => {
      const number = nextFileNumber();
      for (let at = 1; ; at++) {
        const { disk, error } = await replaceOnDisk({ kind, at });
        if (!disk.failed()) return;
        const content = readFileSync(path, "utf8");
        expect(error === undefined ? [NEW.toString()] : [OLD, NEW.toString()], `at ${at}`).toContain(content);
        if (error !== undefined) expect(String(error), `at ${at}`).toMatch(sentence);
        // A failing disk lets nothing be removed either.
        expect(kind === "EIO" ? ["file"] : readdirSync(root), `at ${at}`).toEqual(["file"]);
        expect(nextFileNumber(), `at ${at}`).toBe(number);
      }
    },
  );
});

test.each(["pieces at hand", "pieces awaited"] as const)(
  "%s that cannot be made leave the old file whole, nothing beside it and no file open",
  async (name) => {
    const root = join(folder, `${name}, broken`);
    mkdirSync(root);
    const path = join(root, "file");
    writeFileSync(path, OLD);
    const number = nextFileNumber();
    await expect(WAYS[name](path, true)).rejects.toThrow(new RangeError("no more pieces"));
    expect(readFileSync(path, "utf8")).toBe(OLD);
    expect(readdirSync(root)).toEqual(["file"]);
    expect(nextFileNumber()).toBe(number);
  },
);
