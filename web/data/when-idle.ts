/** Nothing waits longer than this for a browser that is busy, with a key held down for instance. */
const LONGEST_MS = 100;

/** Does something when what there is has been drawn and the browser has time; what is returned calls it off. */
export function whenIdle(task: () => void): () => void {
  let callOff: () => void = () => undefined;
  const frame = requestAnimationFrame(() => {
    callOff = waitForIdleTime(task);
  });
  return () => {
    cancelAnimationFrame(frame);
    callOff();
  };
}

/** Safari knows no idle time: there it is the next turn of the event loop. */
function waitForIdleTime(task: () => void): () => void {
  if (typeof requestIdleCallback !== "function") {
    const timer = setTimeout(task);
    return () => clearTimeout(timer);
  }
  const request = requestIdleCallback(task, { timeout: LONGEST_MS });
  return () => cancelIdleCallback(request);
}
