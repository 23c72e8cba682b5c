import type { Tensor } from "../kernels.ts";
import { floats, ints } from "./memory.ts";

export function addRow(out: Tensor, a: Tensor, row: Tensor, factor: number): void {
  const sums = floats(out);
  const values = floats(a);
  const added = floats(row);
  const N = added.length;
  for (let i = 0; i < sums.length; i += N) {
    for (let j = 0; j < N; j++) sums[i + j] = values[i + j]! + factor * added[j]!;
  }
}

export function addScaledRows(out: Tensor, a: Tensor, factors: Tensor): void {
  const sums = floats(out);
  const values = floats(a);
  const N = a.shape[1]!;
  floats(factors).forEach((factor, r) => {
    for (let i = r * N; i < (r + 1) * N; i++) sums[i] = sums[i]! + factor * values[i]!;
  });
}

export function columnSums(out: Tensor, a: Tensor, options?: { readonly accumulate?: boolean }): void {
  const sums = floats(out);
  const values = floats(a);
  const N = sums.length;
  const totals = options?.accumulate ? Float64Array.from(sums) : new Float64Array(N);
  for (let i = 0; i < values.length; i += N) {
    for (let j = 0; j < N; j++) totals[j] = totals[j]! + values[i + j]!;
  }
  sums.set(totals);
}

export function rowSquaredNorms(out: Tensor, a: Tensor): void {
  const norms = floats(out);
  const values = floats(a);
  const N = a.shape[1]!;
  for (let r = 0; r < norms.length; r++) {
    let total = 0;
    for (let i = r * N; i < (r + 1) * N; i++) total += values[i]! * values[i]!;
    norms[r] = total;
  }
}

export function gatherRows(out: Tensor, table: Tensor, rows: Tensor): void {
  const gathered = floats(out);
  const values = floats(table);
  const N = table.shape[1]!;
  ints(rows).forEach((row, r) => {
    requireRow("gatherRows", row, table.shape[0]!);
    gathered.set(values.subarray(row * N, (row + 1) * N), r * N);
  });
}

export function scatterRows(out: Tensor, rows: Tensor, source: Tensor): void {
  const table = floats(out);
  const values = floats(source);
  const N = out.shape[1]!;
  ints(rows).forEach((row, r) => {
    requireRow("scatterRows", row, out.shape[0]!);
    table.set(values.subarray(r * N, (r + 1) * N), row * N);
  });
}

/** Throws unless `row` lies in 0 .. count. */
export function requireRow(op: string, row: number, count: number): void {
  if (row < 0 || row >= count) throw new Error(`${op}: row ${row}, wanted 0 to ${count - 1}`);
}
