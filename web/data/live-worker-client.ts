import type { LiveEvent } from "../../src/live/live-event.ts";
import type { LiveRequest } from "../../src/live/live-request.ts";
import type { PageMessage, WorkerFiles, WorkerMessage } from "../live-messages.ts";
import { startWorker } from "./start-worker.ts";

/** A worker that answers requests about one dictionary. */
export interface LiveWorker {
  /** The events of an answer; throws an `Error` with a sentence, or what `signal` says once it says so. */
  readonly ask: (request: LiveRequest, signal: AbortSignal) => AsyncGenerator<LiveEvent>;
  /** Ends the worker unless it is answering; whether it has. */
  readonly end: () => boolean;
}

/** Starts a worker and hands the files over to it. */
export function createLiveWorker(files: WorkerFiles): LiveWorker {
  const worker = startWorker("live");
  const post = (message: PageMessage, transfer: Transferable[] = []) => worker.postMessage(message, transfer);
  const answers = new Map<number, (message: WorkerMessage) => void>();
  let asked = 0;
  worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => answers.get(data.id)?.(data);
  worker.onerror = ({ message }) => {
    for (const [id, receive] of answers) receive({ kind: "failed", id, message: message || "the worker ended" });
  };
  const { model, dictionary } = files;
  post({ kind: "open", files }, [model.buffer, ...(dictionary === "neurons" ? [] : [dictionary.buffer])]);
  return {
    ask: async function* (request, signal) {
      const id = asked++;
      const messages = createQueue<WorkerMessage>(signal);
      answers.set(id, messages.add);
      post({ kind: "ask", id, request });
      try {
        for (;;) {
          const message = await messages.take();
          if (message.kind === "failed") throw new Error(sentence(message.message));
          yield message.event;
          if (message.event.kind === "done") return;
        }
      } finally {
        answers.delete(id);
        post({ kind: "stop", id });
      }
    },
    end: () => {
      if (answers.size > 0) return false;
      worker.terminate();
      return true;
    },
  };
}

/** Values in the order in which they came; waiting for one ends, throwing, with the signal. */
function createQueue<T>(signal: AbortSignal): { readonly add: (value: T) => void; readonly take: () => Promise<T> } {
  const values: T[] = [];
  let wake = () => {};
  signal.addEventListener("abort", () => wake(), { once: true });
  return {
    add: (value) => {
      values.push(value);
      wake();
    },
    take: async () => {
      while (values.length === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      signal.throwIfAborted();
      return values.shift()!;
    },
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
