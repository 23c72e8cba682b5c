/** How far some work is. */
export interface WorkProgress {
  /** What is done; in a run the stage. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  /** Figures worth seeing beside the bar, such as the loss. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** How quickly the work now counted goes; a stage may do several things one after another. */
export interface Pace {
  /** 0 until two moments are known. */
  readonly perSecond: number;
  /** Seconds to the end of this work, or null where the rate is not known. */
  readonly etaSeconds: number | null;
}

/** Measures the pace since the first event of the same work: another stage or unit, or a count that falls, begins anew. */
export function createPaceMeter(): (event: WorkProgress, nowMs: number) => Pace {
  let start: { readonly stage: string; readonly unit: string; readonly at: number; readonly done: number } | undefined;
  let lastDone = 0;
  return (event, nowMs) => {
    const isSameWork = start?.stage === event.stage && start.unit === event.unit && event.done >= lastDone;
    if (start === undefined || !isSameWork) start = { ...event, at: nowMs };
    lastDone = event.done;
    const perSecond = nowMs > start.at ? (1000 * (event.done - start.done)) / (nowMs - start.at) : 0;
    return { perSecond, etaSeconds: perSecond > 0 ? (event.total - event.done) / perSecond : null };
  };
}
