import type { Kernels } from "../../src/kernels/kernels.ts";
import { modelConfigSchema } from "../../src/model/config.ts";
import { parameterShapes, uploadParameters } from "../../src/model/parameters.ts";
import { createTransformer, type Transformer } from "../../src/model/transformer.ts";
import { createRandomStream } from "../../src/numerics/random.ts";
import type { TokenStream } from "../../src/text/contexts.ts";

/** Neuron i fires on the tokens `reads[i]` and raises the tokens `writes[i]`, more strongly the larger `gain`. */
export interface PlantedNeuron {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly gain: number;
}

/**
 * A model of one block without attention, each of whose neurons reads some tokens and writes some: token t is the t-th axis of the residual
 * stream, in and out. Its neurons are its features.
 */
export function createPlantedModel(
  kernels: Kernels,
  neurons: readonly PlantedNeuron[],
  { vocabularySize: V, contextLength }: { readonly vocabularySize: number; readonly contextLength: number },
): Transformer {
  const M = neurons.length;
  const config = modelConfigSchema.parse({ layers: 1, dModel: V, heads: 1, dMlp: M, contextLength, vocabularySize: V });
  const fill: Readonly<Record<string, (row: number, column: number) => number>> = {
    "wte.weight": (token, axis) => (token === axis ? 1 : 0),
    "lm_head.weight": (token, axis) => (token === axis ? 1 : 0),
    // Layer norm leaves about sqrt(V) on the token's own axis and little below 0 on the others.
    "h.0.mlp.c_fc.weight": (axis, neuron) => (neurons[neuron]!.reads.includes(axis) ? 1 / Math.sqrt(V) : 0),
    "h.0.mlp.c_fc.bias": () => -0.3,
    "h.0.mlp.c_proj.weight": (neuron, axis) => (neurons[neuron]!.writes.includes(axis) ? neurons[neuron]!.gain : 0),
  };
  const arrays = [...parameterShapes(config)].map(([name, shape]) => {
    const columns = shape.at(-1)!;
    const value = fill[name] ?? (() => (/ln_.*weight/.test(name) ? 1 : 0));
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: size }, (_, i) =>
      shape.length === 1 ? value(i, i) : value(Math.floor(i / columns), i % columns),
    );
    return [name, { shape, data }] as const;
  });
  return createTransformer(kernels, config, uploadParameters(kernels, config, new Map(arrays)));
}

/** Text of stretches that go round some classes of tokens, between stretches of tokens drawn from `others`. */
export function createPlantedText(
  circles: readonly (readonly (readonly number[])[])[],
  others: readonly number[],
  length: number,
): TokenStream {
  const random = createRandomStream(6, "planted text");
  const tokens = new Uint16Array(length);
  for (let at = 0, stretch = 0; at < length; stretch++) {
    const circle = stretch % 2 === 1 ? circles[random.integer(stretch, circles.length)]! : [others];
    const end = Math.min(length, at + 6 + random.integer(1000 + stretch, 8));
    for (let step = 0; at < end; at++, step++) {
      const choice = circle[step % circle.length]!;
      tokens[at] = choice[random.integer(10_000 + at, choice.length)]!;
    }
  }
  return { tokens, documentStarts: Uint32Array.of(0), documentLabels: [{}] };
}
