import { useEffect, useMemo } from "preact/hooks";
import { openRunStream, type RunStream } from "./run-stream.ts";

/** The stream of a run for as long as the component is there. */
export function useRunStream(run: string, onChanged: () => void): RunStream {
  const stream = useMemo(() => openRunStream(run, onChanged), [run]);
  useEffect(() => () => stream.close(), [stream]);
  return stream;
}
