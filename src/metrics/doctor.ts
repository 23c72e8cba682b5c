import { findDiverged, findUnfinished } from "./diagnose-convergence.ts";
import { findDisagreeingBaselines, findPoorRecovery } from "./diagnose-fidelity.ts";
import type { Finding, Rule } from "./diagnose-finding.ts";
import { findIdleResampling, findUnhealedSpike } from "./diagnose-resampling.ts";
import { findSilence, findTwoModes } from "./diagnose-silence.ts";
import { findDenseFeatures, findEverythingDead, findLargeL0, findTooDense } from "./diagnose-sparsity.ts";
import type { TrainingRecord } from "./training-record.ts";

/** The rules in the order in which they are looked at; where one names others, they say the same less well and are left out. */
const RULES: readonly { readonly rule: Rule; readonly hides: readonly string[] }[] = [
  { rule: findDiverged, hides: ["unhealed-spike", "unfinished", "poor-recovery"] },
  {
    rule: findEverythingDead,
    hides: [
      "silent-features",
      "two-modes",
      "poor-recovery",
      "idle-resampling",
      "unfinished",
      "dense-features",
      "unhealed-spike",
    ],
  },
  { rule: findTooDense, hides: ["large-l0", "dense-features"] },
  { rule: findLargeL0, hides: [] },
  { rule: findPoorRecovery, hides: [] },
  { rule: findSilence, hides: [] },
  { rule: findTwoModes, hides: [] },
  { rule: findUnhealedSpike, hides: [] },
  { rule: findIdleResampling, hides: [] },
  { rule: findDenseFeatures, hides: [] },
  { rule: findDisagreeingBaselines, hides: [] },
  { rule: findUnfinished, hides: [] },
];

const SEVERITIES: readonly Finding["severity"][] = ["problem", "warning", "note"];

/** What is wrong with a dictionary's training and what to try, worst first; empty where nothing is. Works on a log that still grows. */
export function diagnoseTraining(record: TrainingRecord): Finding[] {
  const findings: Finding[] = [];
  const hidden = new Set<string>();
  for (const { rule, hides } of RULES) {
    const finding = rule(record);
    if (finding === undefined || hidden.has(finding.rule)) continue;
    findings.push(finding);
    for (const name of hides) hidden.add(name);
  }
  return findings.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}
