import { parseLiveRequest } from "../live/live-request.ts";
import { parseJsonText } from "../store/annotation-schema.ts";
import type { App } from "./answers.ts";
import type { AppOptions } from "./create-app.ts";
import { findDictionary } from "./find-served.ts";
import { readBody } from "./read-body.ts";

const LARGEST_REQUEST = 200_000;

/** Computing on a reader's text, for models that a page cannot compute itself. */
export function addLiveRoutes(app: App, { catalogue, live }: AppOptions): void {
  app.post("/api/d/:id/live", async (context) => {
    const { name, run } = findDictionary(context, catalogue);
    const body = await readBody(context, LARGEST_REQUEST);
    const request = parseLiveRequest(parseJsonText(body, "the request"));
    const gone = new AbortController();
    context.env.outgoing.once("close", () => gone.abort());
    const lines = live.ask({ directory: run.paths.root, dictionary: name, request }, gone.signal);
    // What is wrong with the request shows before the first line: then it is the answer's status.
    const first = await lines.next();
    return context.body(streamLines(first, lines), 200, {
      "Content-Type": "application/x-ndjson",
      "Cache-Control": "no-store",
    });
  });
}

/** Lines as they are taken; what goes wrong on the way is the last of them, `{ "error": sentence }`. */
function streamLines(first: IteratorResult<Uint8Array>, lines: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  let known: IteratorResult<Uint8Array> | undefined = first;
  return new ReadableStream({
    pull: async (controller) => {
      try {
        const next: IteratorResult<Uint8Array> = known ?? (await lines.next());
        known = undefined;
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      } catch (error) {
        controller.enqueue(new TextEncoder().encode(`${JSON.stringify({ error: (error as Error).message })}\n`));
        controller.close();
      }
    },
  });
}
