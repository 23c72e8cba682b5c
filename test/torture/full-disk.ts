import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FULL_DISK, UserError } from "../../src/numerics/user-error.ts";
import { copyRun, runStages } from "../support/small-run.ts";
import {
  isIdentical,
  prepareVictim,
  type TorturePlan,
  type TortureResult,
  TRAINING_STAGES,
  type Victim,
} from "./torture-plan.ts";

const MEGABYTES = 8;
const PAGE = 4096;

/** A small disk that is full but for so many pages once the stage runs, then emptied: for every number of pages until it suffices. */
export async function* tortureByFullDisk(plan: TorturePlan): AsyncGenerator<TortureResult> {
  const disk = mountDisk();
  if (disk === undefined) {
    yield { what: "full disk", tested: 0, identical: 0, note: "left out: only root may mount a small disk" };
    return;
  }
  try {
    for (const stage of TRAINING_STAGES) yield await fillDisk(disk, await prepareVictim(stage), plan);
  } finally {
    execFileSync("umount", [disk]);
    rmSync(disk, { recursive: true });
  }
}

async function fillDisk(disk: string, victim: Victim, { points, deadline }: TorturePlan): Promise<TortureResult> {
  const result = { tested: 0, identical: 0, sentences: 0 };
  for (let pages = 0; result.tested < points && Date.now() < deadline; pages++) {
    const error = await runFull(disk, victim, pages);
    if (error === undefined) break;
    result.tested++;
    if (isGoodSentence(error)) result.sentences++;
    rmSync(join(disk, "ballast"));
    await runStages({ directory: join(disk, "run"), stages: [victim.stage] });
    if (isIdentical(join(disk, "run"), victim.wanted)) result.identical++;
  }
  rmSync(victim.root, { recursive: true });
  const { tested, identical, sentences } = result;
  return {
    what: `full disk, ${victim.stage}`,
    tested,
    identical,
    note: `${sentences} said what is needed, with exit code 28`,
  };
}

/** The error of a stage for which `pages` are left once it has taken its first step. */
async function runFull(disk: string, { prepared, stage }: Victim, pages: number): Promise<unknown> {
  const directory = join(disk, "run");
  rmSync(join(disk, "ballast"), { force: true });
  copyRun(prepared, directory);
  let full = false;
  try {
    await runStages({ directory, stages: [stage] }, (event) => {
      if (event.kind !== "progress" || full) return;
      full = true;
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(join(disk, "ballast"), Buffer.alloc(Math.max(0, bavail * bsize - pages * PAGE)));
    });
    return undefined;
  } catch (error) {
    return error;
  }
}

function isGoodSentence(error: unknown): boolean {
  return (
    error instanceof UserError &&
    error.exitCode === FULL_DISK &&
    /no space left to write .*, \d+ bytes are free; .*: free some space and run the same command again/.test(
      error.message,
    )
  );
}

function mountDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "monosem-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${MEGABYTES}m`, "tmpfs", folder], { stdio: "ignore" });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}
