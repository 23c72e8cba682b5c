import { readFileSync } from "node:fs";

/** A tensor of a fixture: row-major numbers with their shape. */
export interface FixtureTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Tensors by name. */
export type FixtureTensors = Readonly<Record<string, FixtureTensor>>;

/** The programs that computed a fixture. */
export interface FixtureVersions {
  readonly python: string;
  readonly torch: string;
  readonly numpy: string;
}

/** One model of transformer-tiny.json; all share the file's parameters, tied ones ignore `lm_head.weight`. */
export interface TransformerCase {
  readonly name: string;
  readonly activation: "relu" | "gelu_new" | "gelu";
  readonly tied: boolean;
  readonly logits: FixtureTensor; // [batch, context, vocabulary]
  readonly tokenLosses: FixtureTensor; // [batch, context], nats
  readonly loss: number; // mean over tokens
  readonly gradients: FixtureTensors; // of the mean loss
  readonly ablations: readonly {
    readonly kind: "zero" | "mean";
    readonly site: string;
    readonly value: FixtureTensor; // [dMlp], put in place of every row at the site
    readonly tokenLosses: FixtureTensor; // [batch, context]
  }[];
  readonly training: {
    readonly clipNorm: number;
    readonly losses: readonly number[]; // before each step
    readonly gradientNorms: readonly number[]; // before clipping
    readonly parametersAfter: FixtureTensors; // the key third of `c_attn.bias` has zero gradient: noise in float32
  } | null;
  readonly activations: FixtureTensors | null; // by TransformerLens name, batch 0
}

/** A two-layer transformer in Hugging Face GPT-2 names and Conv1D `[in, out]` layout. */
export interface TransformerFixture {
  readonly versions: FixtureVersions;
  readonly config: {
    readonly layers: number;
    readonly dModel: number;
    readonly heads: number;
    readonly dMlp: number;
    readonly context: number;
    readonly vocabulary: number;
    readonly layerNormEpsilon: number;
  };
  readonly adamW: {
    readonly learningRate: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    readonly weightDecay: number; // on 2-D parameters only
    readonly steps: number;
  };
  readonly parameters: FixtureTensors;
  readonly batches: readonly {
    readonly tokens: readonly (readonly number[])[];
    readonly targets: readonly (readonly number[])[];
  }[]; // one per AdamW step; the first gives logits, loss and gradients
  readonly cases: readonly TransformerCase[];
}

/** Tensors of the 2023 autoencoder: encoder and decoder `[features, width]`, decoder rows of unit norm. */
export interface AutoencoderTensors {
  readonly encoder: FixtureTensor;
  readonly encoderBias: FixtureTensor;
  readonly decoder: FixtureTensor;
  readonly decoderBias: FixtureTensor;
}

/** Five steps of the 2023 autoencoder: gradient, projection, Adam, renormalisation. */
export interface AutoencoderFixture {
  readonly versions: FixtureVersions;
  readonly config: {
    readonly width: number;
    readonly features: number;
    readonly batch: number;
    readonly l1: number; // loss = mean over the batch of (sum of squared errors + l1 * sum of f)
  };
  readonly adam: {
    readonly learningRate: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    readonly steps: number;
  };
  readonly parameters: AutoencoderTensors;
  readonly batches: readonly FixtureTensor[]; // [batch, width], one per step
  readonly first: {
    readonly preactivation: FixtureTensor; // [batch, features]
    readonly f: FixtureTensor; // [batch, features]
    readonly reconstruction: FixtureTensor; // [batch, width]
    readonly squaredError: FixtureTensor; // [batch], summed over the width
    readonly sparsity: FixtureTensor; // [batch], sum of f
    readonly l0: number;
    readonly loss: number;
    readonly gradients: AutoencoderTensors; // before the projection
    readonly decoderGradientProjected: FixtureTensor; // [features, width]
  };
  readonly losses: readonly number[]; // before each step
  readonly parametersAfter: AutoencoderTensors;
}

/** Some steps of each published recipe on the same batches. */
export interface RecipesFixture {
  readonly versions: FixtureVersions;
  readonly width: number;
  readonly features: number;
  readonly batch: number;
  readonly meanNorm: number; // of all rows
  readonly batches: readonly FixtureTensor[]; // [batch, width], one per step
  readonly cases: readonly {
    readonly name: string; // of a recipe, or of the default with changed switches
    readonly switches: Readonly<Record<string, number | string>>; // beside the recipe's own
    readonly parameters: AutoencoderTensors;
    readonly losses: readonly number[]; // before each step, in the recipe's own units
    readonly gradientNorms: readonly number[]; // after projection, before clipping
    readonly threshold: number | null; // running mean of the batches' thresholds
    readonly parametersAfter: AutoencoderTensors;
  }[];
}

/** Single operations, forward and backward. */
export interface KernelsFixture {
  readonly versions: FixtureVersions;
  readonly layerNorm: readonly {
    readonly rows: number;
    readonly width: number;
    readonly epsilon: number;
    readonly x: FixtureTensor; // [rows, width]
    readonly weight: FixtureTensor;
    readonly bias: FixtureTensor;
    readonly dy: FixtureTensor;
    readonly y: FixtureTensor;
    readonly dx: FixtureTensor;
    readonly dWeight: FixtureTensor;
    readonly dBias: FixtureTensor;
  }[];
  readonly causalAttention: readonly {
    readonly batch: number;
    readonly context: number;
    readonly heads: number;
    readonly dHead: number;
    readonly qkv: FixtureTensor; // [batch, context, 3 * heads * dHead]
    readonly dz: FixtureTensor; // [batch, context, heads * dHead]
    readonly z: FixtureTensor;
    readonly dQkv: FixtureTensor;
  }[];
  readonly crossEntropy: readonly {
    readonly rows: number;
    readonly vocabulary: number;
    readonly targets: readonly number[];
    readonly logits: FixtureTensor; // [rows, vocabulary]
    readonly losses: FixtureTensor; // [rows]
    readonly loss: number; // mean over rows
    readonly dLogits: FixtureTensor; // of the mean
  }[];
  readonly gelu: readonly {
    readonly kind: "gelu_new" | "gelu";
    readonly x: FixtureTensor;
    readonly dy: FixtureTensor;
    readonly y: FixtureTensor;
    readonly dx: FixtureTensor;
  }[];
  readonly kl: readonly {
    readonly rows: number;
    readonly vocabulary: number;
    readonly clean: FixtureTensor; // logits [rows, vocabulary]
    readonly other: FixtureTensor; // logits
    readonly kl: FixtureTensor; // [rows], KL(clean || other) in nats
  }[];
}

/** Metrics by definition, each beside the values of tempting wrong definitions. */
export interface MetricsFixture {
  readonly versions: FixtureVersions;
  readonly lossRecovered: {
    readonly clean: FixtureTensor; // [contexts, tokens], nats
    readonly zeroAblated: FixtureTensor;
    readonly meanAblated: FixtureTensor;
    readonly reconstructed: FixtureTensor;
    readonly means: Readonly<Record<"clean" | "zeroAblated" | "meanAblated" | "reconstructed", number>>;
    readonly lossRecovered: Readonly<Record<"zero" | "mean", number>>;
    readonly wrongMeanOfRatios: Readonly<Record<"zero" | "mean", number>>;
  };
  readonly explainedVariance: {
    readonly x: FixtureTensor; // [rows, width]
    readonly reconstruction: FixtureTensor;
    readonly explainedVariance: number;
    readonly wrongUncentred: number;
    readonly ignoringConstantError: number;
  };
  readonly density: {
    readonly f: FixtureTensor; // [tokens, features]
    readonly density: FixtureTensor; // [features]
    readonly l0: number;
    readonly silent: number;
    readonly fractionBelow: readonly { readonly bound: number; readonly fraction: number }[]; // strictly below
    readonly fractionAbove: readonly { readonly bound: number; readonly fraction: number }[]; // strictly above
  };
  readonly bitsPerByte: {
    readonly nats: FixtureTensor; // [tokens]
    readonly bytes: readonly number[]; // [tokens]
    readonly bitsPerByte: number;
    readonly wrongMeanOfRatios: number;
  };
}

/** Directions by definition: SciPy's kurtosis of the rows, and their shares in the null space of matrices by NumPy's SVD. */
export interface NeuronBasisFixture {
  readonly versions: { readonly python: string; readonly numpy: string; readonly scipy: string };
  readonly rows: FixtureTensor; // [rows, width]
  readonly kurtosis: FixtureTensor; // [rows]
  readonly matrices: readonly {
    readonly name: "full" | "dependent";
    readonly matrix: FixtureTensor; // [width, outputs]
    readonly rank: number;
    readonly nullShares: FixtureTensor; // [rows]
  }[];
}

/** Reads fixtures/neuron-basis.json. */
export function readNeuronBasisFixture(): NeuronBasisFixture {
  return readFixture("neuron-basis.json") as NeuronBasisFixture;
}

/** Reads fixtures/transformer-tiny.json. */
export function readTransformerFixture(): TransformerFixture {
  return readFixture("transformer-tiny.json") as TransformerFixture;
}

/** Reads fixtures/autoencoder-tiny.json. */
export function readAutoencoderFixture(): AutoencoderFixture {
  return readFixture("autoencoder-tiny.json") as AutoencoderFixture;
}

/** Reads fixtures/recipes-tiny.json. */
export function readRecipesFixture(): RecipesFixture {
  return readFixture("recipes-tiny.json") as RecipesFixture;
}

/** Reads fixtures/kernels-tiny.json. */
export function readKernelsFixture(): KernelsFixture {
  return readFixture("kernels-tiny.json") as KernelsFixture;
}

/** Reads fixtures/metrics-tiny.json. */
export function readMetricsFixture(): MetricsFixture {
  return readFixture("metrics-tiny.json") as MetricsFixture;
}

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8"));
}
