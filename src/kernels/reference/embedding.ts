import type { Tensor } from "../kernels.ts";
import { floats, ints } from "./memory.ts";
import { requireRow } from "./rows.ts";

export function embedding(
  out: Tensor,
  tokenTable: Tensor,
  positionTable: Tensor,
  tokens: Tensor,
  context: number,
): void {
  const [V, D] = tokenTable.shape as [number, number];
  const result = floats(out);
  const table = floats(tokenTable);
  const positions = floats(positionTable);
  ints(tokens).forEach((token, r) => {
    requireRow("embedding", token, V);
    const position = r % context;
    for (let j = 0; j < D; j++) result[r * D + j] = table[token * D + j]! + positions[position * D + j]!;
  });
}

export function embeddingBackward(
  dTokens: Tensor,
  dPositions: Tensor,
  dOut: Tensor,
  tokens: Tensor,
  context: number,
): void {
  const [V, D] = dTokens.shape as [number, number];
  const incoming = floats(dOut);
  const table = floats(dTokens);
  const positions = floats(dPositions);
  ints(tokens).forEach((token, r) => {
    requireRow("embeddingBackward", token, V);
    const position = r % context;
    for (let j = 0; j < D; j++) {
      table[token * D + j]! += incoming[r * D + j]!;
      positions[position * D + j]! += incoming[r * D + j]!;
    }
  });
}
