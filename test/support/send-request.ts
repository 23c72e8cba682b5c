import { request } from "node:http";
import { connect } from "node:net";

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly bytes: Buffer;
}

/** One request to a server of this machine. */
export interface Sending {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a path as it is written, which `fetch` would tidy up first. */
export function sendRequest(port: number, { body, ...options }: Sending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, ...options }, (incoming) => {
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
