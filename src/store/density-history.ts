import { existsSync } from "node:fs";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

/** How often each feature fired up to a step of training, since the look before. */
export interface DensityHistoryLook {
  readonly step: number;
  /** Activation vectors in the window. */
  readonly vectors: number;
  /** Vectors on which each feature was active. */
  readonly counts: Int32Array; // [features]
}

/** Replaces a density history: int32 `counts` [looks, features], `steps` and `vectors` [looks]; one look at least. */
export function writeDensityHistory(path: string, looks: readonly DensityHistoryLook[]): void {
  const features = looks[0]!.counts.length;
  const counts = new Int32Array(looks.length * features);
  for (const [index, look] of looks.entries()) counts.set(look.counts, index * features);
  const shape = [looks.length];
  writeSafetensors(
    path,
    new Map([
      ["counts", { shape: [looks.length, features], data: counts }],
      ["steps", { shape, data: Int32Array.from(looks, ({ step }) => step) }],
      ["vectors", { shape, data: Int32Array.from(looks, ({ vectors }) => vectors) }],
    ]),
  );
}

/** The looks of a density history in order; none where there is no file. */
export function readDensityHistory(path: string): DensityHistoryLook[] {
  if (!existsSync(path)) return [];
  const { tensors } = readSafetensors(path);
  const [counts, steps, vectors] = ["counts", "steps", "vectors"].map((name) => tensors.get(name)!.data as Int32Array);
  const features = counts!.length / steps!.length;
  return Array.from(steps!, (step, index) => ({
    step,
    vectors: vectors![index]!,
    counts: counts!.slice(index * features, (index + 1) * features),
  }));
}
