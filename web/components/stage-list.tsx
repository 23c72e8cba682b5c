import { ANALYSES, type AnalysisName } from "../../src/analysis/analyses.ts";
import type { StageName } from "../../src/pipeline/events.ts";
import type { StageProgress } from "../../src/pipeline/progress-recorder.ts";
import { formatDuration, formatShort } from "../text/format-number.ts";

const TITLES: Readonly<Record<Exclude<StageName, AnalysisName>, { readonly name: string; readonly doing: string }>> = {
  tokenize: { name: "Tokens", doing: "Learning the tokenizer" },
  "train-model": { name: "Model", doing: "Training the model" },
  harvest: { name: "Activations", doing: "Harvesting activations" },
  "train-dictionary": { name: "Dictionary", doing: "Learning the dictionary" },
  evaluate: { name: "Evaluation", doing: "Judging the dictionary" },
  features: { name: "Features", doing: "Describing features" },
  "features-neurons": { name: "Neurons", doing: "Describing neurons" },
};

/** The stages of a run: how far each is and how long it will take. */
export function StageList({ stages }: { readonly stages: readonly StageProgress[] }) {
  return (
    <ol class="stages">
      {stages.map((stage) => (
        <li class={`stage ${stage.state}`} key={stage.name}>
          <Bar share={shareDone(stage)} />
          <span class="stage-name">{describeStage(stage.name).name}</span>
          <span class="stage-detail">{describe(stage)}</span>
        </li>
      ))}
    </ol>
  );
}

/** The share of a stage that is done. */
export function shareDone({ state, done, total }: StageProgress): number {
  if (state === "done" || state === "skipped") return 1;
  return total > 0 ? Math.min(1, done / total) : 0;
}

/** What goes on during a stage, in words. */
export function nameActivity(name: StageName): string {
  return describeStage(name).doing;
}

function describeStage(name: StageName) {
  if (!isAnalysis(name)) return TITLES[name];
  const { title, doing } = ANALYSES[name];
  return { name: title, doing };
}

function isAnalysis(name: StageName): name is AnalysisName {
  return Object.hasOwn(ANALYSES, name);
}

function Bar({ share }: { readonly share: number }) {
  return (
    <svg class="bar-track" viewBox="0 0 100 5" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="5" rx="1" />
      <rect class="fill" width={100 * share} height="5" rx="1" />
    </svg>
  );
}

function describe(stage: StageProgress): string {
  switch (stage.state) {
    case "waiting":
      return "waiting";
    case "skipped":
      return "unchanged, kept";
    case "failed":
      return "stopped";
    case "done":
      return `done in ${formatDuration(stage.seconds)}`;
    case "running":
      return describeRunning(stage);
    default:
      return stage.state satisfies never;
  }
}

function describeRunning(stage: StageProgress): string {
  if (stage.total === 0) return "starting";
  const left = stage.etaSeconds === null ? "" : `, ${formatDuration(stage.etaSeconds)} left`;
  return `${formatShort(stage.done)} of ${formatShort(stage.total)} ${stage.unit}${left}`;
}
