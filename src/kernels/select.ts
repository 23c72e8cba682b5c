import { UserError } from "../numerics/user-error.ts";
import type { Kernels } from "./kernels.ts";
import { createReferenceKernels } from "./reference.ts";

/** Which backend to compute on; `auto` takes the fastest that is there. */
export interface KernelChoice {
  /** "auto" (the default) takes native where it loads, else the reference with one warning, unless a level is demanded. */
  readonly backend?: "auto" | "native" | "reference";
  /** Threads of the native backend; all cores by default. */
  readonly threads?: number;
  /** Instruction set of the native backend; the best the processor has by default. */
  readonly level?: "avx512" | "avx2" | "baseline" | "neon";
  readonly onWarning?: (sentence: string) => void;
}

/** The backend a choice names. Throws `UserError` when "native" is demanded and cannot load. */
export async function selectKernels(choice: KernelChoice = {}): Promise<Kernels> {
  const { backend = "auto", threads, level, onWarning } = choice;
  if (backend === "reference") return createReferenceKernels();
  try {
    const { createNativeKernels } = await import("./native.ts");
    return createNativeKernels({ ...(threads !== undefined && { threads }), ...(level !== undefined && { level }) });
  } catch (error) {
    const mayFallBack = backend === "auto" && level === undefined;
    if (!mayFallBack || !(error instanceof UserError) || error.exitCode === 2) throw error;
    onWarning?.(`${error.message} Computing with the slow reference kernels instead.`);
    return createReferenceKernels();
  }
}
