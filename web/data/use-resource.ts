import { useEffect, useRef, useState } from "preact/hooks";
import { whenIdle } from "./when-idle.ts";

/** What a page knows of something it asked for; while another is loading, the last one stays. */
export interface Resource<T> {
  readonly value: T | undefined;
  readonly error: string | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

interface Answer<T> extends Omit<Resource<T>, "reload"> {
  /** What it answers. */
  readonly key: string;
}

/**
 * Loads something whenever `key` changes, and again on `reload`; an answer that comes too late is dropped. What `peek` has at
 * hand is shown from the first frame and drawn before the answer is asked for.
 */
export function useResource<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  peek: () => T | undefined = () => undefined,
): Resource<T> {
  const [answer, setAnswer] = useState<Answer<T>>();
  const [attempt, setAttempt] = useState(0);
  const latestLoad = useRef(load);
  latestLoad.current = load;
  const atHand = answer?.key === key ? undefined : peek();
  const known = answer?.key === key ? answer : { value: atHand ?? answer?.value, error: undefined, loading: true };
  const latestValue = useRef(known.value);
  latestValue.current = known.value;
  useEffect(() => {
    const controller = new AbortController();
    const settle = (value: T | undefined, error: string | undefined) => {
      if (!controller.signal.aborted) setAnswer({ key, value, error, loading: false });
    };
    const ask = () =>
      latestLoad.current(controller.signal).then(
        (value) => settle(value, undefined),
        (error: Error) => settle(latestValue.current, error.message),
      );
    const callOff = atHand === undefined ? void ask() : whenIdle(ask);
    return () => {
      callOff?.();
      controller.abort();
    };
  }, [key, attempt]);
  const reload = () => {
    setAnswer((last) => last && { ...last, error: undefined, loading: true });
    setAttempt((number) => number + 1);
  };
  return { value: known.value, error: known.error, loading: known.loading, reload };
}
