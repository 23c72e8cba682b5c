import type { Kernels, SparseCodes, Tensor } from "../../src/kernels/kernels.ts";
import { readFloat64 } from "../../src/kernels/reference.ts";
import type { Tolerance } from "../support/to-be-all-close.ts";
import type { Arena } from "./arena.ts";

/** What a case leaves to compare: a tensor, codes, or a tensor defined only where the codes have entries. */
export type Outcome = Tensor | SparseCodes | { readonly entries: Tensor; readonly of: SparseCodes };

/** One call of an op on a backend, on tensors of the arena; returns its outcomes by name. */
export type OperationCase = (kernels: Kernels, arena: Arena) => Record<string, Outcome>;

/** All cases of one op, with the distance from the float64 truth that float32 backends may have. */
export interface Operation {
  readonly op: keyof Kernels;
  readonly tolerance: Tolerance;
  readonly cases: Readonly<Record<string, OperationCase>>;
}

/** The numbers of a case's outcomes by name. */
export type Numbers = ReadonlyMap<string, ArrayLike<number>>;

/** Numbers of all outcomes; undefined entries of codes are left out. */
export async function readOutcomes(kernels: Kernels, outcomes: Record<string, Outcome>): Promise<Numbers> {
  const numbers = new Map<string, ArrayLike<number>>();
  for (const [name, outcome] of Object.entries(outcomes)) {
    if ("entries" in outcome) {
      numbers.set(name, await readEntries(kernels, outcome.entries, outcome.of));
    } else if ("counts" in outcome) {
      numbers.set(`${name} counts`, await readNumbers(kernels, outcome.counts));
      numbers.set(`${name} indices`, await readEntries(kernels, outcome.indices, outcome));
      numbers.set(`${name} values`, await readEntries(kernels, outcome.values, outcome));
    } else {
      numbers.set(name, await readNumbers(kernels, outcome));
    }
  }
  return numbers;
}

async function readNumbers(kernels: Kernels, tensor: Tensor): Promise<Float64Array | Float32Array | Int32Array> {
  if (tensor.dtype === "int32") return kernels.readInts(tensor);
  return kernels.level === "float64" ? readFloat64(tensor) : kernels.read(tensor);
}

async function readEntries(kernels: Kernels, tensor: Tensor, codes: SparseCodes): Promise<number[]> {
  const values = await readNumbers(kernels, tensor);
  const counts = Array.from(await readNumbers(kernels, codes.counts));
  return counts.flatMap((count, b) => {
    const first = b * codes.capacity;
    return Array.from(values.subarray(first, first + Math.min(count, codes.capacity)));
  });
}
