import type { LogitMoves, Tensor } from "../kernels.ts";
import { floats, ints } from "./memory.ts";
import { logSumExp } from "./softmax-cross-entropy.ts";

export function crossEntropyShift(out: Tensor, logits: Tensor, shifts: Tensor, moves: LogitMoves): void {
  const [N, V] = logits.shape as [number, number];
  const M = shifts.shape[0]!;
  const centre = floats(moves.centre);
  const [stretches, amounts] = [floats(moves.stretches), floats(moves.amounts)];
  const [shiftRows, targets] = [ints(moves.shiftRows), ints(moves.targets)];
  const moved = new Float64Array(V);
  const before = { row: -1, logSumExp: 0 };
  ints(moves.rows).forEach((row, e) => {
    requireBelow("row", row, N);
    requireBelow("shift row", shiftRows[e]!, M);
    requireBelow("target", targets[e]!, V);
    const values = floats(logits).subarray(row * V, (row + 1) * V);
    const shift = floats(shifts).subarray(shiftRows[e]! * V, (shiftRows[e]! + 1) * V);
    for (let j = 0; j < V; j++) {
      moved[j] = values[j]! + stretches[e]! * (values[j]! - centre[j]!) + amounts[e]! * shift[j]!;
    }
    if (row !== before.row) Object.assign(before, { row, logSumExp: logSumExp(values, 0, V) });
    const target = targets[e]!;
    floats(out)[e] = logSumExp(moved, 0, V) - moved[target]! - (before.logSumExp - values[target]!);
  });
}

function requireBelow(what: string, id: number, limit: number): void {
  if (id < 0 || id >= limit) throw new Error(`crossEntropyShift: ${what} ${id}, wanted 0 to ${limit - 1}`);
}
