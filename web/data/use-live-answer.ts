import { useEffect, useRef, useState } from "preact/hooks";
import type { LiveEvent } from "../../src/live/live-event.ts";
import type { LiveRequest } from "../../src/live/live-request.ts";
import type { DictionarySummary } from "../../src/server/api.ts";
import { askLive } from "./live-client.ts";

/** What is known of the answer to a request; while another is computed, the last one stays. */
export interface LiveAnswer<T> {
  readonly value: T | undefined;
  /** The value answers an earlier request. */
  readonly stale: boolean;
  readonly busy: boolean;
  /** Share of the work that is done, where it is known. */
  readonly progress: number | undefined;
  readonly error: string | undefined;
  readonly retry: () => void;
  readonly stop: () => void;
}

type State<T> = Omit<LiveAnswer<T>, "retry" | "stop">;

/** The last whole answers, so that the way back and the next feature need not wait. */
const answers = new Map<string, unknown>();
const KEPT_ANSWERS = 16;

const IDLE = { value: undefined, stale: false, busy: false, progress: undefined, error: undefined };

/**
 * Asks for an answer whenever the request changes and has not changed again for a moment; the request before is stopped.
 * `add` joins an event to what came before it; undefined is the beginning.
 */
export function useLiveAnswer<T>(
  dictionary: DictionarySummary,
  request: LiveRequest | undefined,
  add: (value: T | undefined, event: LiveEvent) => T | undefined,
  delay = 250,
): LiveAnswer<T> {
  const controller = useRef<AbortController>(undefined);
  const key = request === undefined ? undefined : nameAnswer(dictionary, request);
  const [state, setState] = useState<State<T>>(() => ({ ...IDLE, value: readAnswer<T>(key) }));
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (request === undefined || key === undefined || answers.has(key)) {
      setState({ ...IDLE, value: readAnswer<T>(key) });
      return;
    }
    const current = new AbortController();
    controller.current = current;
    setState(({ value }) => ({ ...IDLE, value, stale: value !== undefined, busy: true }));
    const timer = setTimeout(() => {
      void follow(dictionary, request, add, current.signal, (change) => setState((known) => ({ ...known, ...change })));
    }, delay);
    return () => {
      clearTimeout(timer);
      current.abort();
    };
  }, [dictionary.id, key, attempt]);
  return {
    ...state,
    retry: () => setAttempt((number) => number + 1),
    stop: () => {
      controller.current?.abort();
      setState((known) => ({ ...known, busy: false, progress: undefined }));
    },
  };
}

async function follow<T>(
  dictionary: DictionarySummary,
  request: LiveRequest,
  add: (value: T | undefined, event: LiveEvent) => T | undefined,
  signal: AbortSignal,
  tell: (change: Partial<State<T>>) => void,
): Promise<void> {
  let value: T | undefined;
  try {
    for await (const event of askLive(dictionary, request, signal)) {
      if (signal.aborted) return;
      if (event.kind === "progress") tell({ progress: event.total > 0 ? event.done / event.total : undefined });
      value = add(value, event);
      if (value !== undefined) tell({ value, stale: false });
    }
    if (signal.aborted) return;
    keepAnswer(nameAnswer(dictionary, request), value);
    tell({ busy: false, progress: undefined });
  } catch (error) {
    if (!signal.aborted) tell({ busy: false, progress: undefined, error: (error as Error).message });
  }
}

function nameAnswer({ id, pack }: DictionarySummary, request: LiveRequest): string {
  return `${id} ${pack?.dictionarySha256} ${JSON.stringify(request)}`;
}

function readAnswer<T>(key: string | undefined): T | undefined {
  return key === undefined ? undefined : (answers.get(key) as T | undefined);
}

function keepAnswer(key: string, answer: unknown): void {
  answers.set(key, answer);
  if (answers.size > KEPT_ANSWERS) answers.delete(answers.keys().next().value!);
}
