import { parseArgs } from "node:util";
import { tortureByFullDisk } from "./full-disk.ts";
import { tortureAtRandom } from "./kill-at-random.ts";
import { tortureAtEveryOperation, tortureAtSystemCalls, tortureInProcess } from "./kill-everywhere.ts";
import type { TorturePlan } from "./torture-plan.ts";

const HELP = `npm run torture -- [options]: trainings are killed as often as it takes to believe that nothing is lost

  --points N     operations per stage at which a process is killed (default: every one)
  --kills N      kills at random times (default 200)
  --seconds N    begin no further point after so long (default: no limit)
  --only NAME    one part: in-process, operations, system-calls, random or full-disk
  --seed N       of the random times (default 1)

Each line says how many points were tested and how many ended with the bytes of the undisturbed run. Exit code 1 if any did not.`;

const PARTS = {
  "in-process": tortureInProcess,
  operations: tortureAtEveryOperation,
  "system-calls": tortureAtSystemCalls,
  random: tortureAtRandom,
  "full-disk": tortureByFullDisk,
} as const;

const { values } = parseArgs({
  options: {
    points: { type: "string", default: "Infinity" },
    kills: { type: "string", default: "200" },
    seconds: { type: "string", default: "Infinity" },
    only: { type: "string" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  const unknown = values.only !== undefined && !Object.hasOwn(PARTS, values.only);
  const [points, kills, seconds, seed] = [values.points, values.kills, values.seconds, values.seed].map(Number);
  if (values.help || unknown || Number.isNaN(points! + kills! + seconds! + seed!)) {
    process.stdout.write(`${HELP}\n`);
    return values.help ? 0 : 2;
  }
  const deadline = Date.now() + 1000 * seconds!;
  const lost = await torture({ points: points!, kills: kills!, seed: seed!, deadline });
  process.stdout.write(lost === 0 ? "nothing was lost\n" : `${lost} ended with other bytes\n`);
  return lost === 0 ? 0 : 1;
}

async function torture(plan: TorturePlan): Promise<number> {
  let lost = 0;
  for (const [name, part] of Object.entries(PARTS)) {
    if (values.only !== undefined && values.only !== name) continue;
    for await (const { what, tested, identical, note } of part(plan)) {
      lost += tested - identical;
      const remark = note === undefined ? "" : `; ${note}`;
      process.stdout.write(`${what}: ${tested} tested, ${identical} identical${remark}\n`);
    }
  }
  return lost;
}
