import { open, readFile } from "node:fs/promises";
import { parseModelConfig } from "../model/parse-model-config.ts";
import type { ServedContext } from "./api.ts";
import { Refused } from "./refused.ts";
import type { ServedRun } from "./run-catalogue.ts";

const NONE = "this run has no held-out text that could be read: run monosem tokenize and train-model on it";

/** The tokens of one context of a run's held-out text, as the model sees them. */
export async function readContext({ paths }: ServedRun, context: number): Promise<ServedContext> {
  const { contextLength, vocabularySize } = await readShape(paths.model.config);
  const width = vocabularySize <= 65_536 ? 2 : 4;
  const file = await open(paths.corpus.tokens("valid"), "r").catch(() => undefined);
  if (file === undefined) throw new Refused(404, NONE);
  try {
    const length = contextLength * width;
    const place = Math.max(0, context) * length;
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, place);
    if (context < 0 || bytesRead < length) throw new Refused(404, "the held-out text has no such context");
    const at = (place: number) => (width === 2 ? buffer.readUInt16LE(2 * place) : buffer.readUInt32LE(4 * place));
    return { tokens: Array.from({ length: contextLength }, (_, place) => at(place)) };
  } finally {
    await file.close();
  }
}

async function readShape(path: string) {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) throw new Refused(404, NONE);
  return parseModelConfig(JSON.parse(text) as Record<string, unknown>, path);
}
