import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../numerics/user-error.ts";
import type { Kernels } from "./kernels.ts";
import type { NativeAddon } from "./native/addon.ts";
import { createMemory } from "./native/memory.ts";
import { createDenseOperations, createElementWiseOperations, createRowOperations } from "./native/operations.ts";
import { createSparseOperations } from "./native/sparse-operations.ts";
import { createTransformerOperations } from "./native/transformer-operations.ts";
import { withShapeChecks } from "./shape-checks.ts";

/** The addon's call conventions; native/addon.cc holds the same number. */
const ADDON_VERSION = 3;
const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));

export interface NativeOptions {
  /** Threads of the pool; all cores by default. */
  readonly threads?: number;
  /** Instruction set; the best the processor has by default. */
  readonly level?: "avx512" | "avx2" | "baseline" | "neon";
}

/** The C++ backend with a thread pool of its own. Throws `UserError` when the addon is not built or the level not available. */
export function createNativeKernels({ threads = availableParallelism(), level }: NativeOptions = {}): Kernels {
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024)
    throw new UserError(`threads is ${threads}, wanted a whole number from 1 to 1024`, 2);
  const addon = loadAddon();
  const levels = addon.levels();
  const chosen = level ?? levels[0]!;
  if (!levels.includes(chosen))
    throw new UserError(`this processor does not run the native level "${chosen}"; it runs ${levels.join(", ")}`, 2);
  const { instance, address, operations } = addon.createInstance(threads, chosen);
  const device = { operations, address, instance };
  return withShapeChecks({
    backend: "native",
    level: chosen,
    threads,
    ...createMemory(addon),
    ...createElementWiseOperations(device),
    ...createRowOperations(device),
    ...createDenseOperations(device),
    ...createTransformerOperations(device),
    ...createSparseOperations(device),
  });
}

/** Names of the instruction sets that this processor runs, best first. Throws `UserError` when the addon is not built. */
export function listNativeLevels(): readonly string[] {
  return loadAddon().levels();
}

function loadAddon(): NativeAddon {
  const path = findAddon() ?? buildAddon();
  if (path === undefined)
    throw new UserError(
      "The native kernels are not built; run: node scripts/build-native.mjs in the package's folder.",
    );
  try {
    const addon = createRequire(import.meta.url)(path) as NativeAddon;
    if (addon.version === ADDON_VERSION) return addon;
  } catch (error) {
    throw new UserError(`The native kernels do not load (${String(error)}); run: node scripts/build-native.mjs`);
  }
  throw new UserError("The native kernels were built from other sources; run: node scripts/build-native.mjs");
}

function findAddon(): string | undefined {
  return addonPaths().find((candidate) => existsSync(candidate));
}

/** Compiles the addon at its first use, as in an installed package; undefined when there is no compiler. */
function buildAddon(): string | undefined {
  spawnSync(process.execPath, [join(PACKAGE, "scripts", "build-native.mjs")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return findAddon();
}

/** Where scripts/build-native.mjs leaves the addon: the package's own folder, or the user's cache when that is read-only. */
function addonPaths(): string[] {
  const manifest: { version: string } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  const user = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return [
    join(PACKAGE, "build", "native", "monosem.node"),
    join(user, "monosem", `native-${manifest.version}-${process.arch}`, "monosem.node"),
  ];
}
