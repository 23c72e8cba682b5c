import { parseArgs } from "node:util";
import { chooseSettings } from "../src/analysis/feature-map.ts";
import { mapDirections } from "../src/analysis/map-directions.ts";
import { createNativeKernels } from "../src/kernels/native.ts";
import { createRandomStream } from "../src/numerics/random.ts";

/** `npm run bench -- feature-map [--features 4096] [--width 512] [--threads 2] [--json]`: the map of directions in groups of 24. */
const { values } = parseArgs({
  options: {
    features: { type: "string", default: "4096" },
    width: { type: "string", default: "512" },
    threads: { type: "string", default: "2" },
    json: { type: "boolean", default: false },
  },
});
const GROUP = 24;
const SPREAD = 1.2;

const [features, width] = [Number(values.features), Number(values.width)];
const kernels = createNativeKernels({ threads: Number(values.threads) });
const directions = kernels.upload(drawDirections(), [features, width]);
const parts = new Map<string, number>();
const [start, startCpu] = [performance.now(), process.cpuUsage()];
let last = start;
let found = 0;
const work = mapDirections(kernels, directions, chooseSettings(1, 1));
for (;;) {
  const next = await work.next();
  if (next.done) {
    found = next.value.medoids.length;
    break;
  }
  const now = performance.now();
  parts.set(next.value.part, (parts.get(next.value.part) ?? 0) + (now - last) / 1000);
  last = now;
}
const { user, system } = process.cpuUsage(startCpu);
const result = {
  name: "feature-map",
  features,
  found,
  seconds: round((performance.now() - start) / 1000),
  processorSeconds: round((user + system) / 1e6),
  peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  ...Object.fromEntries([...parts].map(([part, seconds]) => [part, round(seconds)])),
};
process.stdout.write(`${values.json ? JSON.stringify(result) : `${Object.entries(result).flat().join(" ")}`}\n`);

function drawDirections(): Float32Array {
  const random = createRandomStream(1, "bench map");
  const centres = Float32Array.from({ length: Math.ceil(features / GROUP) * width }, (_, i) => random.normal(i));
  const own = createRandomStream(2, "bench map");
  return Float32Array.from({ length: features * width }, (_, i) => {
    const centre = centres[Math.floor(Math.floor(i / width) / GROUP) * width + (i % width)]!;
    return centre + SPREAD * own.normal(i);
  });
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
