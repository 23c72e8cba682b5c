import type { AutoencoderWeights } from "../../src/autoencoder/autoencoder.ts";
import { readFloat64 } from "../../src/kernels/reference.ts";
import type { SiteName } from "../../src/model/sites.ts";
import { createTokenBatch, writeTokenBatch } from "../../src/model/token-batch.ts";
import { forward, type Transformer } from "../../src/model/transformer.ts";
import { createWorkspace } from "../../src/model/workspace.ts";
import type { TokenStream } from "../../src/text/contexts.ts";

/** Every feature's activations over contexts, one array each, from the definition of the autoencoder; kernels must be float64. */
export function encodePlainly(
  model: Transformer,
  weights: AutoencoderWeights,
  { site, stream, contexts }: { readonly site: SiteName; readonly stream: TokenStream; readonly contexts: Int32Array },
): number[][] {
  const rows = contexts.length * model.config.contextLength;
  const batch = createTokenBatch(model.kernels, contexts.length, model.config.contextLength);
  writeTokenBatch(model.kernels, batch, stream, [...contexts]);
  const x = readFloat64(forward(model, createWorkspace(model, contexts.length), batch.tokens, { stopAfter: site }));
  const [E, e, b] = [weights.encoder, weights.encoderBias, weights.decoderBias].map((tensor) => readFloat64(tensor));
  const width = b!.length;
  return Array.from(e!, (bias, i) =>
    Array.from({ length: rows }, (_, token) => {
      let sum = bias;
      for (let k = 0; k < width; k++) sum += E![i * width + k]! * (x[token * width + k]! - b![k]!);
      return Math.max(0, sum);
    }),
  );
}
