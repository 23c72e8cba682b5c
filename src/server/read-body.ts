import type { RequestContext } from "./answers.ts";
import { Refused } from "./refused.ts";

/** The body of a request as text; one that is, or turns out to be, longer than `limit` bytes is refused at once. */
export async function readBody(context: RequestContext, limit: number): Promise<string> {
  const { incoming } = context.env;
  if (Number(incoming.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The rest of it is not waited for. */
function tooLarge(limit: number): Refused {
  return new Refused(413, `the body is longer than ${limit} bytes`, { Connection: "close" });
}
