import { selectKernels } from "../../src/kernels/select.ts";
import { forward } from "../../src/model/transformer.ts";
import { createWorkspace } from "../../src/model/workspace.ts";
import { readModel } from "../../src/pipeline/model-files.ts";
import { readJson } from "../../src/store/read-json.ts";
import type { RunPaths } from "../../src/store/run-directory.ts";
import { readSafetensors } from "../../src/store/safetensors.ts";
import { createTokenizer } from "../../src/text/tokenizer.ts";
import { parseTokenizerJson } from "../../src/text/tokenizer-json.ts";

/** A text as a run's model and main dictionary see it, window by window: token ids, and on each token every feature in float64. */
export async function encodeNatively(
  paths: RunPaths,
  text: string,
): Promise<{ readonly ids: readonly number[]; readonly activations: readonly Float64Array[] }> {
  const kernels = await selectKernels();
  const model = readModel(paths, kernels);
  const { tokenizer: path } = paths.corpus;
  const tokenizer = createTokenizer(parseTokenizerJson(readJson(path, "tokenize"), path));
  const ids = [tokenizer.endOfText, ...tokenizer.encode(text)];
  const activations: Float64Array[] = [];
  const { contextLength, dMlp } = model.config;
  for (let start = 0; start < ids.length; start += contextLength) {
    const window = Int32Array.from(ids.slice(start, start + contextLength));
    const workspace = createWorkspace(model, 1, window.length);
    const tokens = kernels.upload(window, [window.length]);
    const seen = forward(model, workspace, tokens, { stopAfter: "blocks.0.mlp.hook_post" });
    const rows = await kernels.read(seen);
    for (let row = 0; row < window.length; row++)
      activations.push(encode(paths, Float64Array.from(rows.subarray(row * dMlp, (row + 1) * dMlp))));
  }
  return { ids, activations };
}

/** f = relu(W (x - b_d) + b_e), as the paper has it. */
function encode(paths: RunPaths, x: Float64Array): Float64Array {
  const { tensors } = readSafetensors(paths.dictionary("main").weights);
  const [encoder, encoderBias, decoderBias] = ["encoder", "encoderBias", "decoderBias"].map(
    (name) => tensors.get(name)!.data,
  );
  return Float64Array.from(encoderBias!, (bias, feature) => {
    const weighted = x.map((value, i) => (value - decoderBias![i]!) * encoder![feature * x.length + i]!);
    return Math.max(
      0,
      weighted.reduce((sum, term) => sum + term, bias),
    );
  });
}
