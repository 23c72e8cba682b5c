import { noteServer } from "./connection.ts";
import type { DataSource } from "./data-source.ts";

/** Data from the server that sent the page. */
export const servedSource: DataSource = {
  fetchBytes: async (address, signal) => {
    const response = await request(address, signal === undefined ? {} : { signal });
    return new Uint8Array(await response.arrayBuffer());
  },
  openEvents: (address, { receive, setLost }) => {
    const source = new EventSource(address);
    source.onopen = () => setLost(false);
    source.onerror = () => setLost(true);
    source.onmessage = ({ data }: MessageEvent<string>) => receive(JSON.parse(data));
    return () => source.close();
  },
  streamLines: async function* (address, body, signal) {
    const { body: stream } = await request(address, { ...asJson("POST", body), signal });
    let rest = "";
    for await (const text of stream!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) if (line !== "") yield parseLine(line);
    }
    if (rest !== "") throw new Error("The server broke off its answer.");
  },
  send: async (method, address, body) => (await request(address, asJson(method, body))).json(),
};

/** An event; the last line of an answer that failed on the way says why. */
function parseLine(line: string) {
  const value = JSON.parse(line);
  if (typeof value.error === "string") throw new Error(sentence(value.error));
  return value;
}

function asJson(method: string, body: unknown): RequestInit {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) };
}

async function request(address: string, options: RequestInit): Promise<Response> {
  const response = await fetch(address, options).catch((error: unknown) => {
    if (options.signal?.aborted === true) throw error;
    noteServer(true);
    throw new Error("The server does not answer: is the command still running?");
  });
  noteServer(false);
  if (response.ok) return response;
  const body = (await response.json().catch(() => ({}))) as { error?: string };
  throw new Error(sentence(body.error ?? `the server answered with status ${response.status}`));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
