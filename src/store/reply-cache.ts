import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeJson } from "./write-atomically.ts";

/** Replies of language models on the disk, so that none is paid for twice. */
export interface ReplyCache {
  /** The reply to a question; undefined where there is none that can be read. */
  readonly get: (question: string) => string | undefined;
  /** Keeps a reply; it is on the disk when this returns. */
  readonly put: (question: string, reply: string) => void;
}

/** The replies in a folder, each a file named by the SHA-256 of its question, which is everything that the reply depends on. */
export function openReplyCache(folder: string): ReplyCache {
  const locate = (question: string): string => {
    const hash = createHash("sha256").update(question).digest("hex");
    return join(folder, hash.slice(0, 2), `${hash}.json`);
  };
  return {
    get: (question) => {
      const path = locate(question);
      return existsSync(path) ? parseReply(readFileSync(path, "utf8")) : undefined;
    },
    put: (question, reply) => writeJson(locate(question), { reply }),
  };
}

function parseReply(text: string): string | undefined {
  try {
    const { reply } = JSON.parse(text) as { readonly reply?: unknown };
    return typeof reply === "string" ? reply : undefined;
  } catch {
    return undefined;
  }
}
