import { type FileHandle, open } from "node:fs/promises";
import type { LogLine } from "../store/event-log.ts";

/** What a log gained since it was last read; with `reset` it was cut or begun anew, and the lines are all there are. */
export interface LogGrowth {
  readonly reset: boolean;
  readonly lines: readonly LogLine[];
}

/** A growing JSON-lines file, of which each read takes only what was appended. */
export interface LogTail {
  readonly read: () => Promise<LogGrowth>;
}

/** Lines of one kind that the first read keeps at most. */
const HISTORY_LINES = 2000;
const BLOCK_BYTES = 1 << 18;

/** Follows a log that need not exist yet. The first read, and the first after a reset, is thinned to 2,000 lines a kind. */
export function createLogTail(path: string): LogTail {
  let offset = 0;
  let inode = 0;
  let remainder = Buffer.alloc(0);
  let fresh = true;
  const begin = (newInode: number) => {
    [offset, inode, remainder, fresh] = [0, newInode, Buffer.alloc(0), true];
  };
  const readFrom = async (file: FileHandle): Promise<LogGrowth> => {
    const { size, ino } = await file.stat();
    if (ino !== inode || size < offset) begin(ino);
    const reset = fresh;
    const history = createHistory(reset ? HISTORY_LINES : Number.POSITIVE_INFINITY);
    const block = Buffer.alloc(Math.min(BLOCK_BYTES, size - offset));
    while (offset < size) {
      const { bytesRead } = await file.read(block, 0, Math.min(block.length, size - offset), offset);
      if (bytesRead === 0) break;
      offset += bytesRead;
      const bytes = Buffer.concat([remainder, block.subarray(0, bytesRead)]);
      const end = bytes.lastIndexOf(0x0a) + 1;
      for (const line of parseLines(bytes.toString("utf8", 0, end))) history.add(line);
      remainder = Buffer.from(bytes.subarray(end));
    }
    fresh = false;
    return { reset, lines: history.lines() };
  };
  return {
    read: async () => {
      const file = await openIfThere(path);
      if (file !== undefined) return readFrom(file).finally(() => file.close());
      const reset = inode !== 0;
      begin(0);
      return { reset, lines: [] };
    },
  };
}

/** Keeps lines of each kind; when there are more than `limit`, every second, then every fourth, and so on, and the last. */
function createHistory(limit: number): { add(line: LogLine): void; lines(): LogLine[] } {
  const kinds = new Map<unknown, { kept: LogLine[]; stride: number; seen: number; last: LogLine }>();
  return {
    add: (line) => {
      const kind = kinds.get(line.kind) ?? { kept: [], stride: 1, seen: 0, last: line };
      kinds.set(line.kind, kind);
      kind.last = line;
      if (kind.seen++ % kind.stride === 0) kind.kept.push(line);
      if (kind.kept.length < limit) return;
      kind.kept = kind.kept.filter((_, index) => index % 2 === 0);
      kind.stride *= 2;
    },
    lines: () =>
      [...kinds.values()]
        .flatMap(({ kept, last }) => (kept.at(-1) === last ? kept : [...kept, last]))
        .sort((a, b) => a.step - b.step),
  };
}

function parseLines(text: string): LogLine[] {
  return text.split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isLogLine(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

function isLogLine(value: unknown): value is LogLine {
  return typeof value === "object" && value !== null && "step" in value && typeof value.step === "number";
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
