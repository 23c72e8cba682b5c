/** Where the page has its data from: the server that sent it, or the files beside it. Addresses are those of the server. */
export interface DataSource {
  /** The bytes behind an address; throws an `Error` with a sentence. */
  readonly fetchBytes: (address: string, signal?: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;
  /** Listens to the events behind an address until the function returned is called. */
  readonly openEvents: (address: string, listener: EventListeners) => () => void;
  /** Sends a question to an address and gives the JSON values of the lines of its answer as they come. */
  readonly streamLines: (address: string, body: unknown, signal: AbortSignal) => AsyncGenerator<unknown>;
  /** Sends a change to an address, and gives the answer. */
  readonly send: (method: "POST" | "PUT" | "DELETE", address: string, body: unknown) => Promise<unknown>;
}

/** What happens while events are listened to. */
export interface EventListeners {
  readonly receive: (event: unknown) => void;
  /** Called with true when events cannot come any more for now, with false when they can. */
  readonly setLost: (lost: boolean) => void;
}
