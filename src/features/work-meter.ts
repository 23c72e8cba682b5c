/** Work done and to do, in the time that encoding one context takes; a phase's estimate can be corrected until it is done. */
export interface WorkMeter {
  /** Says how much work a phase is. */
  expect(phase: string, work: number): void;
  /** A share of a phase's work was done. */
  advance(phase: string, share: number): void;
  /** The share of all work that is done; it never falls. */
  share(): number;
}

/** A meter of no work. */
export function createWorkMeter(): WorkMeter {
  const phases = new Map<string, { work: number; done: number }>();
  let shown = 0;
  const phaseOf = (name: string) => {
    const phase = phases.get(name) ?? { work: 0, done: 0 };
    phases.set(name, phase);
    return phase;
  };
  return {
    expect: (name, work) => {
      phaseOf(name).work = work;
    },
    advance: (name, share) => {
      const phase = phaseOf(name);
      phase.done = Math.min(1, phase.done + share);
    },
    share: () => {
      let [done, total] = [0, 0];
      for (const phase of phases.values()) {
        done += phase.work * phase.done;
        total += phase.work;
      }
      shown = Math.max(shown, total > 0 ? Math.min(1, done / total) : 0);
      return shown;
    },
  };
}
