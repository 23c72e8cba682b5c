import { readFloat64 } from "../../src/kernels/reference.ts";
import { type SiteName, siteName } from "../../src/model/sites.ts";
import type { Transformer } from "../../src/model/transformer.ts";
import { plainLogits, plainLogSoftmax, type Rows } from "./plain-transformer.ts";

/** A forward pass of one context by plain loops in float64. */
export interface PlainPass {
  readonly sites: ReadonlyMap<SiteName, Rows>;
  /** Of predicting each token's next one, in nats. */
  readonly losses: number[];
}

/** Runs a model on tokens, each with the token to predict after it; `edit` may change a site's rows in place. */
export type RunPlainly = (
  tokens: readonly number[],
  targets: readonly number[],
  edit?: (site: SiteName, rows: Rows) => void,
) => PlainPass;

/** A transformer on float64 kernels, ready for plain passes. */
export function createPlainRunner({ config, parameters }: Transformer): RunPlainly {
  const numbers = new Map([...parameters].map(([name, tensor]) => [name, readFloat64(tensor)]));
  return (tokens, targets, edit = () => {}) => {
    const sites = new Map<SiteName, Rows>();
    const logits = plainLogits(config, numbers, tokens, (layer, kind, rows) => {
      const site = siteName(layer, kind);
      edit(site, rows);
      sites.set(
        site,
        rows.map((row) => [...row]),
      );
    });
    return { sites, losses: logits.map((row, t) => -plainLogSoftmax(row)[targets[t]!]!) };
  };
}

/** Rows of a float64 tensor. */
export function rowsOf(tensor: Parameters<typeof readFloat64>[0]): Rows {
  const values = readFloat64(tensor);
  const width = tensor.shape.at(-1)!;
  return Array.from({ length: values.length / width }, (_, row) => [
    ...values.subarray(row * width, (row + 1) * width),
  ]);
}

/** The rows times a matrix stored [in, out]. */
export function multiply(x: Rows, matrix: Rows): Rows {
  return x.map((row) => matrix[0]!.map((_, j) => row.reduce((sum, v, i) => sum + v * matrix[i]![j]!, 0)));
}

/** The product of two vectors. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, v, i) => sum + v * b[i]!, 0);
}

/** The mean of some numbers. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

/** The square root of the variance of some numbers plus epsilon. */
export function deviationOf(values: readonly number[], epsilon: number): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((v) => (v - mean) ** 2)) + epsilon);
}
