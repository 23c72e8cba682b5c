import type { LiveEvent } from "../src/live/live-event.ts";
import type { LiveRequest } from "../src/live/live-request.ts";

/** The files that the worker computes from, as the server has them. */
export interface WorkerFiles {
  readonly modelConfig: Readonly<Record<string, unknown>>;
  /** Bytes of `model.safetensors`. */
  readonly model: Uint8Array<ArrayBuffer>;
  readonly tokenizer: unknown;
  readonly site: string;
  /** Bytes of `weights.safetensors`. */
  readonly dictionary: Uint8Array<ArrayBuffer> | "neurons";
  readonly layerNormScale: number | null;
  readonly unusedTokens: readonly number[];
}

/** What the page says to the worker: the files once and first, then requests, several of which may be answered side by side. */
export type PageMessage =
  | { readonly kind: "open"; readonly files: WorkerFiles }
  | { readonly kind: "ask"; readonly id: number; readonly request: LiveRequest }
  | { readonly kind: "stop"; readonly id: number };

/** What the worker answers, by request. */
export type WorkerMessage =
  | { readonly kind: "event"; readonly id: number; readonly event: LiveEvent }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };
