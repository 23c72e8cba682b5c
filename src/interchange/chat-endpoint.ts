import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai";
import type { TokenUsage } from "../interpret/budget.ts";
import type { ChatRequest } from "../interpret/write-prompts.ts";

/** Where a language model answers, by OpenAI's interface for chats. */
export interface ChatEndpointOptions {
  readonly baseUrl: string;
  readonly model: string;
  /** Empty where the endpoint wants none. */
  readonly apiKey: string;
  readonly timeoutMs: number;
}

/** What became of a request that was sent once. */
export type ChatOutcome =
  | { readonly kind: "answered"; readonly text: string; readonly usage: TokenUsage | undefined }
  /** It was turned away unpaid; `retryAfterMs` where the endpoint said when to come again. */
  | { readonly kind: "refused"; readonly final: boolean; readonly sentence: string; readonly retryAfterMs?: number }
  /** It may have been worked on and paid for, but no answer came that can be read. */
  | { readonly kind: "lost"; readonly sentence: string };

/** Sends one request, once. */
export type SendChat = (request: ChatRequest, signal: AbortSignal) => Promise<ChatOutcome>;

const TOO_EARLY = [408, 409, 425, 429];
const LONGEST_SENTENCE = 300;

/** An endpoint through OpenAI's own client, whose retries are off: who pays must know of each request. */
export function openChatEndpoint({ baseUrl, model, apiKey, timeoutMs }: ChatEndpointOptions): SendChat {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: apiKey || "none", maxRetries: 0, timeout: timeoutMs });
  const hideKey = (text: string): string => {
    const hidden = apiKey === "" ? text : text.replaceAll(apiKey, "(the key)");
    return hidden
      .replace(/\bsk-[\w*-]+/g, "(a key)")
      .replace(/\s+/g, " ")
      .slice(0, LONGEST_SENTENCE);
  };
  return async ({ messages, maxTokens }, signal) => {
    const body = { model, messages: [...messages], max_completion_tokens: maxTokens, temperature: 0 };
    try {
      return readCompletion(await client.chat.completions.create(body, { signal }));
    } catch (error) {
      signal.throwIfAborted();
      return explainFailure(error, hideKey);
    }
  };
}

/** What came is only said to be a completion. */
function readCompletion(completion: unknown): ChatOutcome {
  const { choices, usage } = (completion ?? {}) as Partial<OpenAI.Chat.Completions.ChatCompletion>;
  const text: unknown = Array.isArray(choices) ? choices[0]?.message?.content : undefined;
  if (typeof text !== "string") return { kind: "lost", sentence: "its reply holds no message" };
  const [input, output] = [usage?.prompt_tokens, usage?.completion_tokens];
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  return { kind: "answered", text, usage: isCount(input) && isCount(output) ? { input, output } : undefined };
}

function explainFailure(error: unknown, hideKey: (text: string) => string): ChatOutcome {
  if (error instanceof APIConnectionTimeoutError) return { kind: "lost", sentence: "no reply came in time" };
  if (error instanceof APIConnectionError) {
    const { code, message } = (findCause(error) ?? error) as Error & { readonly code?: string };
    if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN")
      return { kind: "refused", final: false, sentence: hideKey(`it cannot be reached: ${message || code}`) };
    return { kind: "lost", sentence: hideKey(`the connection broke: ${message || code}`) };
  }
  if (error instanceof APIError && typeof error.status === "number") {
    const { status, message, headers } = error;
    const retryAfterMs = readRetryAfter(headers?.get("retry-after") ?? null);
    const final = status < 500 && !TOO_EARLY.includes(status);
    return {
      kind: "refused",
      final,
      sentence: hideKey(message),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
  return { kind: "lost", sentence: hideKey(`its reply cannot be read: ${(error as Error).message}`) };
}

function findCause(error: Error): Error | undefined {
  const { cause } = error;
  return cause instanceof Error ? (findCause(cause) ?? cause) : undefined;
}

/** Seconds or a date, as HTTP has it. */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(header) ? 1000 * Number(header) : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
