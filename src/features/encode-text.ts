import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createSparseEncoder } from "../autoencoder/sparse-encoder.ts";
import type { SiteName } from "../model/sites.ts";
import { forward, type Transformer } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import { startDocument } from "../text/start-document.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/** A feature that is active on a token, and how strongly. */
export interface ActiveFeature {
  readonly feature: number;
  readonly activation: number;
}

/** A token of a text with its active features, the strongest first. */
export interface EncodedToken {
  readonly token: number;
  /** The token for display. */
  readonly text: string;
  readonly features: readonly ActiveFeature[];
}

/** What is needed to see a text as features. */
export interface EncodeTextOptions {
  readonly model: Transformer;
  readonly tokenizer: Tokenizer;
  readonly dictionary: Dictionary;
  /** The site that the dictionary was learned at. */
  readonly site: SiteName;
}

/**
 * The features active on each token of a text, read as a new document. A text longer than the model's context is cut into
 * contexts, each of which the model sees alone.
 */
export async function encodeText(text: string, options: EncodeTextOptions): Promise<EncodedToken[]> {
  const { model, tokenizer, dictionary, site } = options;
  const { kernels, config } = model;
  const T = config.contextLength;
  const ids = startDocument(tokenizer, text);
  const workspace = createWorkspace(model, 1);
  const encoder = createSparseEncoder(kernels, dictionary);
  const tokens = kernels.create([T], "int32");
  const encoded: EncodedToken[] = [];
  for (let start = 0; start < ids.length; start += T) {
    const context = ids.subarray(start, start + T);
    const padded = new Int32Array(T).fill(tokenizer.endOfText);
    padded.set(context);
    kernels.write(tokens, padded);
    const { codes, counts } = await encoder.encode(forward(model, workspace, tokens, { stopAfter: site }));
    const [indices, values] = [await kernels.readInts(codes.indices), await kernels.read(codes.values)];
    for (const [row, token] of context.entries()) {
      const features = Array.from({ length: counts[row]! }, (_, slot) => {
        const at = row * codes.capacity + slot;
        return { feature: indices[at]!, activation: values[at]! };
      }).sort((a, b) => b.activation - a.activation || a.feature - b.feature);
      encoded.push({ token, text: tokenizer.tokenText(token), features });
    }
  }
  encoder.release();
  kernels.release(tokens);
  return encoded;
}
