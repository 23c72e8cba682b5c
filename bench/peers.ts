import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/**
 * `npm run bench -- peers [--only model-step|gemm|sae-step] [--pairs 5] [--json]`: ours and PyTorch's in turn, A B A B ...,
 * and the ratio of the medians. `--only sae-training --activations FILE.npy` compares whole trainings on that file, which
 * is written where it does not exist (bench/sae-training.ts). Needs the packages of bench/peers/README.md and a quiet
 * machine.
 */
const { values } = parseArgs({
  options: {
    only: { type: "string" },
    pairs: { type: "string", default: "5" },
    activations: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

type Figures = Readonly<Record<string, number>>;

interface Comparison {
  readonly name: string;
  /** What is compared, more being better. */
  readonly figure: string;
  /** What both should agree in. */
  readonly alike?: readonly string[];
  readonly bench: string;
  readonly peer: string;
  readonly options: readonly string[];
  /** Ways to write the peer's work; the one that is fastest in a trial takes part. */
  readonly peerWays?: readonly (readonly string[])[];
}

const GEMM_SHAPES = [
  [4096, 512, 4096],
  [4096, 128, 4096],
  [4096, 4096, 128],
  [128, 4096, 4096],
] as const;

const SAE_STEPS = [
  { dIn: 512, features: 4096, l0: 20, batch: 4096 },
  { dIn: 512, features: 4096, l0: 20, batch: 8192 },
  { dIn: 512, features: 4096, l0: 20, batch: 1024 },
  { dIn: 512, features: 4096, l0: 60, batch: 4096 },
  { dIn: 512, features: 4096, l0: 2000, batch: 4096 },
  { dIn: 2048, features: 16384, l0: 40, batch: 1024 },
] as const;

const COMPARISONS: readonly Comparison[] = [
  {
    name: "model-step",
    figure: "tokensPerSecond",
    bench: "model-step.ts",
    peer: "model_step.py",
    options: ["--batch", "32", "--context", "128", "--vocab", "4096", "--threads", "2", "--steps", "10"],
  },
  ...GEMM_SHAPES.map(([m, k, n]) => ({
    name: `gemm ${m}x${k}x${n}`,
    figure: "gflops",
    bench: "gemm.ts",
    peer: "gemm.py",
    options: ["--m", `${m}`, "--k", `${k}`, "--n", `${n}`, "--threads", "2", "--steps", "20"],
    peerWays: [["--variant", "nn"]],
  })),
  ...SAE_STEPS.map(({ dIn, features, l0, batch }) => ({
    name: `sae-step ${dIn}x${features} batch ${batch} L0 ${l0}`,
    figure: "examplesPerSecond",
    alike: ["l0"],
    bench: "sae-step.ts",
    peer: "sae_step.py",
    options: [
      ...["--d-in", `${dIn}`, "--features", `${features}`, "--batch", `${batch}`],
      ...["--l0", `${l0}`, "--threads", "2", "--steps", "5"],
    ],
    peerWays: [["--fold-decoder-bias"], []],
  })),
  ...(values.activations === undefined ? [] : [compareTrainings(values.activations)]),
];

for (const comparison of COMPARISONS) {
  if (values.only !== undefined && !comparison.name.startsWith(values.only)) continue;
  const result = compare(comparison, Number(values.pairs));
  const { name, figure, ours, peer, ratio, alike } = result;
  const also = Object.entries(alike).map(([key, [a, b]]) => `, ${key} ${a} and ${b}`);
  const sentence = `${name}: ${ours} against ${peer} ${figure}, ratio ${ratio}${also.join("")}`;
  process.stdout.write(`${values.json ? JSON.stringify(result) : sentence}\n`);
}

function compareTrainings(activations: string): Comparison {
  return {
    name: "sae-training",
    figure: "examplesPerSecond",
    alike: ["finalLoss", "finalL0"],
    bench: "sae-training.ts",
    peer: "sae_training.py",
    options: ["--activations", activations, "--threads", "2"],
  };
}

function compare(comparison: Comparison, count: number) {
  const { name, figure, alike = [] } = comparison;
  const way = chooseWay(comparison);
  const pairs = Array.from({ length: count }, () => [measureOurs(comparison), measurePeer(comparison, way)] as const);
  const medians = (key: string) => [0, 1].map((side) => median(pairs.map((pair) => pair[side]![key]!)));
  const [ours, peer] = medians(figure) as [number, number];
  return {
    ...{ name, figure, ours, peer, ratio: Math.round((100 * ours) / peer) / 100, peerOptions: way },
    alike: Object.fromEntries(alike.map((key) => [key, medians(key)])),
    pairs: pairs.map((pair) => pair.map((figures) => figures[figure]!)),
  };
}

function chooseWay(comparison: Comparison): readonly string[] {
  const ways = comparison.peerWays ?? [[]];
  if (ways.length === 1) return ways[0]!;
  const trials = ways.map((way) => ({ way, rate: measurePeer(comparison, way)[comparison.figure]! }));
  return trials.reduce((best, trial) => (trial.rate > best.rate ? trial : best)).way;
}

function measureOurs({ figure, bench, options }: Comparison): Figures {
  return measure(process.execPath, [pathOf(bench), ...options, "--json"], figure);
}

function measurePeer({ figure, peer, options }: Comparison, way: readonly string[]): Figures {
  return measure("/usr/bin/python3", [pathOf(`peers/${peer}`), ...options, ...way, "--json"], figure);
}

function measure(command: string, args: readonly string[], figure: string): Figures {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  const figures: Record<string, number> = JSON.parse(stdout.trim().split("\n")[0]!);
  if (typeof figures[figure] !== "number") throw new Error(`${args[0]} printed no ${figure}: ${stdout}`);
  return figures;
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
