import { createReferenceKernels } from "../src/kernels/reference.ts";
import { answerLive } from "../src/live/answer-live.ts";
import { parseLiveRequest } from "../src/live/live-request.ts";
import { createLiveSubject, type LiveSubject } from "../src/live/live-subject.ts";
import { createByteSource, readTensors, type TensorFile } from "../src/store/read-tensors.ts";
import { readSafetensorsHeader } from "../src/store/safetensors-header.ts";
import type { PageMessage, WorkerFiles, WorkerMessage } from "./live-messages.ts";

const stops = new Map<number, AbortController>();
let subject: Promise<LiveSubject> | undefined;

addEventListener("message", ({ data }: MessageEvent<PageMessage>) => {
  switch (data.kind) {
    case "open":
      subject = open(data.files);
      subject.catch(() => {});
      return;
    case "ask":
      void answer(data.id, data.request);
      return;
    case "stop":
      stops.get(data.id)?.abort();
      return;
    default:
      data satisfies never;
  }
});

async function open(files: WorkerFiles): Promise<LiveSubject> {
  const { dictionary } = files;
  return createLiveSubject(createReferenceKernels(), {
    ...files,
    model: await read(files.model, "the model's weights"),
    dictionary: dictionary === "neurons" ? dictionary : await read(dictionary, "the dictionary's weights"),
  });
}

/** Where the browser can compute a checksum (not on plain HTTP of another machine), it is compared with the file's own. */
async function read(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<TensorFile> {
  const source = createByteSource(bytes, name);
  const { metadata, start } = readSafetensorsHeader(source);
  const wanted = metadata.sha256;
  if (wanted !== undefined && globalThis.crypto?.subtle !== undefined) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.subarray(start)));
    if (hash.toHex() !== wanted) throw new Error(`${name} arrived damaged: reload the page`);
  }
  return readTensors(source);
}

async function answer(id: number, request: unknown): Promise<void> {
  const stop = new AbortController();
  stops.set(id, stop);
  try {
    if (subject === undefined) throw new Error("nothing has been opened yet");
    for await (const event of answerLive(await subject, parseLiveRequest(request), stop.signal)) {
      send({ kind: "event", id, event });
      await nextTurn();
      if (stop.signal.aborted) return;
    }
  } catch (error) {
    if (!stop.signal.aborted) send({ kind: "failed", id, message: (error as Error).message });
  } finally {
    stops.delete(id);
  }
}

function send(message: WorkerMessage): void {
  postMessage(message);
}

/** Lets messages in; a timer would wait for 4 ms each time. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
