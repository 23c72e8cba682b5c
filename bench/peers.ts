import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/**
 * `npm run bench -- peers [--only model-step|gemm] [--pairs 5] [--json]`: ours and PyTorch's in turn, A B A B ..., and the
 * ratio of the medians. Needs the packages of bench/peers/README.md and a quiet machine.
 */
const { values } = parseArgs({
  options: {
    only: { type: "string" },
    pairs: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});

interface Comparison {
  readonly name: string;
  readonly figure: string;
  readonly bench: string;
  readonly peer: string;
  readonly options: readonly string[];
  readonly peerOptions?: readonly string[];
}

const GEMM_SHAPES = [
  [4096, 512, 4096],
  [4096, 128, 4096],
  [4096, 4096, 128],
  [128, 4096, 4096],
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
    peerOptions: ["--variant", "nn"],
  })),
];

for (const comparison of COMPARISONS) {
  if (values.only !== undefined && !comparison.name.startsWith(values.only)) continue;
  const pairs = Array.from({ length: Number(values.pairs) }, () => measurePair(comparison));
  const [ours, peers] = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))];
  const ratio = Math.round((100 * ours) / peers) / 100;
  const result = { name: comparison.name, figure: comparison.figure, ours, peer: peers, ratio, pairs };
  const sentence = `${comparison.name}: ${ours} against ${peers} ${comparison.figure}, ratio ${ratio}`;
  process.stdout.write(`${values.json ? JSON.stringify(result) : sentence}\n`);
}

function measurePair({ figure, bench, peer, options, peerOptions = [] }: Comparison): readonly [number, number] {
  const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  const ours = measure(process.execPath, [here(bench), ...options, "--json"], figure);
  return [ours, measure("/usr/bin/python3", [here(`peers/${peer}`), ...options, ...peerOptions, "--json"], figure)];
}

function measure(command: string, args: readonly string[], figure: string): number {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  const value: unknown = JSON.parse(stdout.trim().split("\n")[0]!)[figure];
  if (typeof value !== "number") throw new Error(`${args[0]} printed no ${figure}: ${stdout}`);
  return value;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
