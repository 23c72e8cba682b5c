import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Addressed } from "./send-request.ts";

/** One kept-alive connection that asks, waits for the whole answer, and asks again: cheap enough not to be what is measured. */
export interface Asker {
  /** Milliseconds until the answer was complete. Throws where it is not a 200. */
  readonly ask: (path: string) => Promise<number>;
  readonly close: () => void;
}

/** How long answers took, in rising order, and how many failed. */
export interface Timings {
  readonly milliseconds: readonly number[];
  readonly errors: number;
  readonly seconds: number;
}

const HEAD_END = Buffer.from("\r\n\r\n");

/** Opens a connection to a server of this machine. */
export async function createAsker({ port, token }: Addressed): Promise<Asker> {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  await once(socket, "connect");
  const next = readAnswers(socket);
  const head = `HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  return {
    ask: async (path) => {
      const start = performance.now();
      const answer = next();
      socket.write(`GET ${path} ${head}`);
      const status = await answer;
      if (status !== 200) throw new Error(`${path}: status ${status}`);
      return performance.now() - start;
    },
    close: () => socket.destroy(),
  };
}

/** Runs several loops for some seconds; `step` asks once and waits as it likes. */
export async function runLoops(
  server: Addressed,
  loops: number,
  seconds: number,
  step: (asker: Asker, loop: number, round: number) => Promise<number>,
): Promise<Timings> {
  const askers = await Promise.all(Array.from({ length: loops }, () => createAsker(server)));
  const milliseconds: number[] = [];
  let errors = 0;
  const start = performance.now();
  const isOver = () => performance.now() - start > 1000 * seconds;
  await Promise.all(
    askers.map(async (asker, loop) => {
      for (let round = 0; !isOver(); round++) {
        try {
          milliseconds.push(await step(asker, loop, round));
        } catch {
          errors++;
        }
      }
      asker.close();
    }),
  );
  const took = (performance.now() - start) / 1000;
  return { milliseconds: milliseconds.sort((a, b) => a - b), errors, seconds: took };
}

/** The statuses of the answers of a connection, each when its body is complete; bodies say their length. */
function readAnswers(socket: Socket): () => Promise<number> {
  let waiting: PromiseWithResolvers<number> | undefined;
  let head: Buffer = Buffer.alloc(0);
  let missing = -1;
  let status = 0;
  const take = (bytes: Buffer) => {
    if (missing < 0) {
      head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
      const end = head.indexOf(HEAD_END);
      if (end === -1) return;
      const text = head.toString("latin1", 0, end);
      status = Number(text.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length));
      missing = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0) - (head.length - end - HEAD_END.length);
      head = Buffer.alloc(0);
    } else missing -= bytes.length;
    if (missing > 0) return;
    missing = -1;
    waiting?.resolve(status);
  };
  const fail = () => waiting?.reject(new Error("the connection ended"));
  socket.on("data", take).on("error", fail).on("close", fail);
  return () => {
    waiting = Promise.withResolvers();
    return waiting.promise;
  };
}
