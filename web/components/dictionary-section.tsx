import { useMemo, useState } from "preact/hooks";
import { diagnoseTraining } from "../../src/metrics/doctor.ts";
import type { RunProgress } from "../../src/pipeline/progress-recorder.ts";
import type { DictionarySummary } from "../../src/server/api.ts";
import { readLooks, readTrainingRecord } from "../data/dictionary-record.ts";
import type { LogLines } from "../data/run-stream.ts";
import { DictionaryCurves } from "./dictionary-curves.tsx";
import { DoctorFindings } from "./doctor-findings.tsx";

/** What a section about a dictionary that learns is made of. */
export interface DictionarySectionProps {
  readonly name: string;
  readonly log: LogLines;
  readonly summary: DictionarySummary | undefined;
  readonly progress: RunProgress | null;
  /** Whether it is shown before one asks for it. */
  readonly open: boolean;
}

/** A dictionary as it learns: what the doctor says, then its curves; nothing is drawn while it is folded. */
export function DictionarySection(props: DictionarySectionProps) {
  const [open, setOpen] = useState(props.open);
  return (
    <section class="section" aria-label={`The dictionary ${props.name}`}>
      <details
        class="dictionary-section"
        open={open}
        onToggle={(event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}
      >
        <summary>
          <h2>Dictionary {props.name}</h2>
        </summary>
        {open && <Learning {...props} />}
      </details>
    </section>
  );
}

function Learning({ log, summary, progress }: DictionarySectionProps) {
  const findings = useMemo(
    () => diagnoseTraining(readTrainingRecord(log, summary, progress)),
    [log, summary, progress?.state],
  );
  return (
    <>
      <DoctorFindings findings={findings} looks={readLooks(log).length} />
      <DictionaryCurves log={log} />
    </>
  );
}
