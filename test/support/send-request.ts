import { request } from "node:http";
import { connect } from "node:net";
import type { RunningServer } from "../../src/server/start-server.ts";

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly bytes: Buffer;
}

/** A server of this machine. */
export type Addressed = Pick<RunningServer, "port" | "token">;

/** One request. */
export interface Sending {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Without the server's token. */
  readonly anonymous?: boolean;
}

/** Sends a path as it is written, which `fetch` would tidy up first. */
export function sendRequest({ port, token }: Addressed, sending: Sending): Promise<Answer> {
  const { path, method = "GET", body } = sending;
  const known = sending.anonymous === true ? {} : { Authorization: `Bearer ${token}` };
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  const headers = { ...known, ...length, ...sending.headers };
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, path, method, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const headers = incoming.headers as Answer["headers"];
        resolve({ status: incoming.statusCode!, headers, body: bytes.toString("utf8"), bytes });
      });
    });
    outgoing.on("error", reject).end(body);
  });
}

/** `fetch` as a program that has the token. */
export function fetchFrom({ port, token }: Addressed, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, ...init.headers };
  return fetch(new URL(path, `http://127.0.0.1:${port}`), { ...init, headers });
}

/** Sends bytes as they are and gives back the first that come. */
export function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.once("data", (bytes) => {
      resolve(bytes.toString());
      socket.destroy();
    });
    socket.on("error", reject);
  });
}
