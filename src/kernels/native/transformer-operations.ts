import type { Kernels } from "../kernels.ts";
import { bind, type Device } from "./addon.ts";
import { addressOf } from "./memory.ts";
import { optionalAddress } from "./operations.ts";

type Transformer = Pick<
  Kernels,
  | "embedding"
  | "embeddingBackward"
  | "layerNorm"
  | "layerNormBackward"
  | "causalAttention"
  | "causalAttentionBackward"
  | "softmaxCrossEntropy"
  | "klDivergence"
  | "crossEntropyShift"
>;

export function createTransformerOperations(device: Device): Transformer {
  return {
    ...createEmbedding(device),
    ...createLayerNorm(device),
    ...createAttention(device),
    ...createLosses(device),
  };
}

function createEmbedding(device: Device): Pick<Kernels, "embedding" | "embeddingBackward"> {
  const embedding = bind(device, "embedding");
  const embeddingBackward = bind(device, "embeddingBackward");
  return {
    embedding: (out, tokenTable, positionTable, tokens, context) => {
      const [N, D] = out.shape as [number, number];
      const tables = [addressOf(tokenTable), addressOf(positionTable)] as const;
      embedding(addressOf(out), ...tables, addressOf(tokens), N, D, context, tokenTable.shape[0]!);
    },
    embeddingBackward: (dTokens, dPositions, dOut, tokens, context) => {
      const [N, D] = dOut.shape as [number, number];
      const tables = [addressOf(dTokens), addressOf(dPositions)] as const;
      embeddingBackward(...tables, addressOf(dOut), addressOf(tokens), N, D, context, dTokens.shape[0]!);
    },
  };
}

function createLayerNorm(device: Device): Pick<Kernels, "layerNorm" | "layerNormBackward"> {
  const layerNorm = bind(device, "layerNorm");
  const layerNormBackward = bind(device, "layerNormBackward");
  return {
    layerNorm: (out, mean, inverseDeviation, x, gain, bias, epsilon) => {
      const [N, D] = x.shape as [number, number];
      const tensors = [out, mean, inverseDeviation, x, gain, bias].map(addressOf);
      layerNorm(...tensors, N, D, epsilon);
    },
    layerNormBackward: (dX, dGain, dBias, dOut, x, gain, mean, inverseDeviation) => {
      const [N, D] = x.shape as [number, number];
      const tensors = [dX, dGain, dBias, dOut, x, gain, mean, inverseDeviation].map(addressOf);
      layerNormBackward(...tensors, N, D);
    },
  };
}

function createAttention(device: Device): Pick<Kernels, "causalAttention" | "causalAttentionBackward"> {
  const causalAttention = bind(device, "causalAttention");
  const causalAttentionBackward = bind(device, "causalAttentionBackward");
  return {
    causalAttention: (out, logSumExp, qkv, { batch, context, heads, queries = context }) => {
      const tensors = [out, logSumExp, qkv].map(addressOf);
      causalAttention(...tensors, batch, context, heads, out.shape[1]!, queries);
    },
    causalAttentionBackward: (dQkv, dOut, out, logSumExp, qkv, { batch, context, heads }) => {
      const tensors = [dQkv, dOut, out, logSumExp, qkv].map(addressOf);
      causalAttentionBackward(...tensors, batch, context, heads, out.shape[1]!);
    },
  };
}

function createLosses(device: Device): Pick<Kernels, "softmaxCrossEntropy" | "klDivergence" | "crossEntropyShift"> {
  const softmaxCrossEntropy = bind(device, "softmaxCrossEntropy");
  const klDivergence = bind(device, "klDivergence");
  const crossEntropyShift = bind(device, "crossEntropyShift");
  return {
    softmaxCrossEntropy: (loss, dLogits, logits, targets, scale) => {
      const [N, V] = logits.shape as [number, number];
      const gradient = optionalAddress(dLogits);
      softmaxCrossEntropy(addressOf(loss), gradient, addressOf(logits), addressOf(targets), N, V, scale);
    },
    klDivergence: (out, clean, other) => {
      const [N, V] = clean.shape as [number, number];
      klDivergence(addressOf(out), addressOf(clean), addressOf(other), N, V);
    },
    crossEntropyShift: (out, logits, shifts, moves) => {
      const { rows, shiftRows, targets, stretches, amounts, centre } = moves;
      const tensors = [out, logits, shifts, rows, shiftRows, targets, stretches, amounts, centre].map(addressOf);
      crossEntropyShift(...tensors, out.shape[0]!, logits.shape[0]!, shifts.shape[0]!, logits.shape[1]!);
    },
  };
}
