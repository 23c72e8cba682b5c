import type { Finding } from "../../src/metrics/diagnose-finding.ts";

/** What the training doctor says: each finding with what it saw, what it means and what to try. */
export function DoctorFindings(props: { readonly findings: readonly Finding[]; readonly looks: number }) {
  const { findings, looks } = props;
  if (findings.length === 0)
    return (
      <p class="doctor-well note">
        {looks === 0
          ? "The doctor takes its first look soon."
          : `The doctor has nothing to object after ${looks} ${looks === 1 ? "look" : "looks"}.`}
      </p>
    );
  return (
    <ul class="findings" aria-label="What the training doctor says">
      {findings.map((finding) => (
        <DoctorFinding finding={finding} key={finding.rule} />
      ))}
    </ul>
  );
}

function DoctorFinding({ finding }: { readonly finding: Finding }) {
  const { severity, title, saw, means, remedies, source } = finding;
  return (
    <li class={`card finding severity-${severity}`}>
      <div class="finding-head">
        <span class={`badge ${severity === "note" ? "" : "warning"}`}>{severity}</span>
        <h3>{title}</h3>
      </div>
      <p>{saw}</p>
      <p class="note">{means}</p>
      <h4>What to try</h4>
      <ul class="remedies">
        {remedies.map((remedy) => (
          <li key={remedy}>{markCommands(remedy)}</li>
        ))}
      </ul>
      <p class="finding-source">{source}</p>
    </li>
  );
}

/** A sentence with what stands on a command line set apart. */
function markCommands(sentence: string) {
  return sentence
    .split(/(--set \S+?(?=,? or |[,;]? |$)|(?<![\w.])dictionary\.\w+)/)
    .map((part) => (/^(--set |dictionary\.)/.test(part) ? <code key={part}>{part}</code> : part));
}
