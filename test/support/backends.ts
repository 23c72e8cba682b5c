import type { Kernels } from "../../src/kernels/kernels.ts";
import { createNativeKernels, listNativeLevels } from "../../src/kernels/native.ts";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import { UserError } from "../../src/numerics/user-error.ts";

/** One way to compute in float32. */
export interface Backend {
  /** Backend and level, e.g. "native avx2". */
  readonly name: string;
  /** Numbers of threads that must all give the same bytes. */
  readonly threads: readonly number[];
  readonly create: (threads: number) => Kernels;
}

/** Instruction sets of the native backend on this machine, or undefined when the addon is not built. */
export const nativeLevels = findNativeLevels();

/** Every backend this machine has, at each of its levels. */
export const backends: readonly Backend[] = [
  { name: "reference float32", threads: [1], create: () => createReferenceKernels() },
  ...(nativeLevels ?? []).map((level) => ({
    name: `native ${level}`,
    threads: [1, 2, 3],
    create: (threads: number) => createNativeKernels({ threads, level }),
  })),
];

type NativeLevel = NonNullable<NonNullable<Parameters<typeof createNativeKernels>[0]>["level"]>;

function findNativeLevels(): readonly NativeLevel[] | undefined {
  try {
    return listNativeLevels() as readonly NativeLevel[];
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
