import { useEffect, useRef, useState } from "preact/hooks";

/** What a page knows of something it asked for; while another is loading, the last one stays. */
export interface Resource<T> {
  readonly value: T | undefined;
  readonly error: string | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

/** Loads something whenever `key` changes, and again on `reload`; an answer that comes too late is dropped. */
export function useResource<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<Omit<Resource<T>, "reload">>({
    value: undefined,
    error: undefined,
    loading: true,
  });
  const [attempt, setAttempt] = useState(0);
  const latestLoad = useRef(load);
  latestLoad.current = load;
  useEffect(() => {
    const controller = new AbortController();
    setState(({ value }) => ({ value, error: undefined, loading: true }));
    latestLoad.current(controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setState({ value, error: undefined, loading: false });
      },
      (error: Error) => {
        if (!controller.signal.aborted) setState(({ value }) => ({ value, error: error.message, loading: false }));
      },
    );
    return () => controller.abort();
  }, [key, attempt]);
  return { ...state, reload: () => setAttempt((number) => number + 1) };
}
