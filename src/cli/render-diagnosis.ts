import type { Finding } from "../metrics/diagnose-finding.ts";
import type { DictionaryDiagnosis } from "../pipeline/diagnose-run.ts";

const WIDTH = 100;
const INDENT = "  ";
const LABEL = 8;

/** A dictionary's diagnosis as text: where it is, then each finding with what was seen, what it means and what to try. */
export function renderDiagnosis(directory: string, diagnosis: DictionaryDiagnosis): string {
  const { dictionary, step, steps, looks, findings } = diagnosis;
  const count = (value: number) => value.toLocaleString("en-US");
  const head = `${directory}, dictionary ${dictionary}: step ${count(step)} of ${count(steps)}, ${looks} looks`;
  const verdict =
    findings.length > 0
      ? []
      : [
          `${INDENT}${looks === 0 ? "no look has been taken yet: nothing can be said" : "nothing is wrong that its log would show"}`,
        ];
  return [head, ...verdict, ...findings.flatMap(renderFinding)].join("\n");
}

function renderFinding({ severity, title, saw, means, remedies, source }: Finding): string[] {
  return [
    "",
    `${INDENT}${severity.toUpperCase()}: ${title}`,
    ...renderField("saw", saw),
    ...renderField("means", means),
    ...remedies.flatMap((remedy, index) => renderField(index === 0 ? "try" : "", remedy)),
    ...renderField("source", source),
  ];
}

function renderField(label: string, text: string): string[] {
  const lines = wrap(text, WIDTH - INDENT.length - LABEL);
  return lines.map((line, index) => `${INDENT}${(index === 0 ? label : "").padEnd(LABEL)}${line}`);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
