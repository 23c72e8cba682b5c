import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { SpendingRecord } from "../interpret/budget.ts";
import { appendToFile, makeFolder } from "./disk.ts";
import { explainWriteError } from "./write-atomically.ts";

const lineSchema = z.union([
  z.strictObject({
    id: z.string(),
    payee: z.string().describe("endpoint and model"),
    most: z.number().min(0).describe("what the request may cost"),
  }),
  z.strictObject({ id: z.string(), cost: z.number().min(0).describe("what it did cost") }),
]);

/**
 * What was spent on a payee (an endpoint's model), a JSON line before each request is sent and one when its cost is known: a request of
 * which only the first is there may have been paid, so it counts with its most. A line cut by a kill is none: a first line is on the
 * disk before anything is sent.
 */
export function openSpendingLog(path: string, payee: string): SpendingRecord {
  const append = (line: z.output<typeof lineSchema>): void => {
    try {
      makeFolder(dirname(path));
      // A line break before it too: the line before may have been cut.
      appendToFile(path, `\n${JSON.stringify(line)}\n`);
    } catch (error) {
      throw explainWriteError(error, path);
    }
  };
  return {
    before: () => sumSpent(path, payee),
    open: (most) => {
      const id = randomUUID();
      append({ id, payee, most });
      return (cost) => append({ id, cost });
    },
  };
}

function sumSpent(path: string, payee: string): number {
  const spent = new Map<string, number>();
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  for (const line of lines.flatMap(parseLine)) {
    if ("most" in line) {
      if (line.payee === payee) spent.set(line.id, line.most);
    } else if (spent.has(line.id)) spent.set(line.id, line.cost);
  }
  return spent.values().reduce((sum, cost) => sum + cost, 0);
}

function parseLine(text: string): z.output<typeof lineSchema>[] {
  try {
    return [lineSchema.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}
