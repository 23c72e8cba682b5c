import { createSparseCodes, type Kernels, type SparseCodes, type Tensor } from "../kernels/kernels.ts";
import {
  type AutoencoderWeights,
  createAutoencoderTensors,
  encodeCentred,
  type PerWeight,
  prepareInput,
} from "./autoencoder.ts";
import { type AutoencoderLoss, combineLoss } from "./loss.ts";

// Dimensions: B batch, d width, m features.

/** What one batch showed. */
export interface BatchMeasurement extends AutoencoderLoss {
  /** Active features per vector. */
  readonly l0: number;
  /** Whether codes did not fit and the dense path was taken: the next batch had better start there. */
  readonly dense: boolean;
}

/**
 * The gradients of the loss on one batch. Where few features are active only the encoder's product is dense, the rest costs
 * O(active x width) with the same result; where codes overflow their capacity everything is dense products.
 */
export class AutoencoderGradients {
  readonly gradients: PerWeight<Tensor>;
  /** Each feature's sum over the last batch: positive exactly where it fired. */
  readonly featureSums: Tensor; // [m]
  readonly batch: number;
  readonly #kernels: Kernels;
  readonly #weights: AutoencoderWeights;
  readonly #codes: SparseCodes;
  readonly #coefficients: Tensor; // [B, capacity], gradients of the active features
  readonly #centred: Tensor; // [B, d]
  readonly #residual: Tensor; // [B, d]
  readonly #penalties: Tensor; // [m]
  readonly #sum: Tensor; // [1]
  readonly #squares: Tensor; // [1]
  #dense: DenseBuffers | undefined;

  constructor(kernels: Kernels, weights: AutoencoderWeights, batch: number, capacity?: number) {
    const [m = 0, d = 0] = weights.encoder.shape;
    const room = Math.min(m, capacity ?? Math.max(16, Math.ceil(m / 4)));
    this.batch = batch;
    this.#kernels = kernels;
    this.#weights = weights;
    this.gradients = createAutoencoderTensors(kernels, m, d);
    this.featureSums = kernels.create([m]);
    this.#codes = createSparseCodes(kernels, batch, room);
    this.#coefficients = kernels.create([batch, room]);
    this.#centred = kernels.create([batch, d]);
    this.#residual = kernels.create([batch, d]);
    this.#penalties = kernels.create([m]);
    this.#sum = kernels.create([1]);
    this.#squares = kernels.create([1]);
  }

  /** Overwrites `gradients` and `featureSums` for x [B, d]; `dense` says with which encoder to start. */
  async compute(x: Tensor, l1: number, dense: boolean): Promise<BatchMeasurement> {
    const kernels = this.#kernels;
    for (const gradient of Object.values(this.gradients)) kernels.fill(gradient, 0);
    prepareInput(kernels, this.#centred, x, this.#weights);
    const { counts, overflow } = await this.#encode(dense);
    if (overflow) this.#differentiateDense(x, l1);
    else this.#differentiateSparse(x, l1);
    if (!overflow) this.#releaseDense();
    kernels.sum(this.#sum, this.featureSums);
    const [featureSum] = await kernels.read(this.#sum);
    const [squaredErrors] = await kernels.read(this.#squares);
    const active = counts.reduce((a, b) => a + b, 0);
    return {
      ...combineLoss(squaredErrors!, featureSum!, this.batch, l1),
      l0: active / this.batch,
      dense: overflow,
    };
  }

  async #encode(dense: boolean): Promise<{ counts: Int32Array; overflow: boolean }> {
    const { encoder, encoderBias } = this.#weights;
    if (!dense) {
      this.#kernels.encodeSparse(this.#codes, this.#centred, encoder, encoderBias);
      const counts = await this.#kernels.readInts(this.#codes.counts);
      if (!this.#overflows(counts)) return { counts, overflow: false };
    }
    const { f } = this.#denseBuffers();
    encodeCentred(this.#kernels, f, this.#centred, this.#weights);
    this.#kernels.compact(this.#codes, f);
    const counts = await this.#kernels.readInts(this.#codes.counts);
    return { counts, overflow: this.#overflows(counts) };
  }

  #overflows(counts: Int32Array): boolean {
    return counts.some((count) => count > this.#codes.capacity);
  }

  #differentiateSparse(x: Tensor, l1: number): void {
    const kernels = this.#kernels;
    const codes = this.#codes;
    const { decoder, decoderBias } = this.#weights;
    const { gradients } = this;
    kernels.fill(this.featureSums, 0);
    kernels.sparseColumnSums(this.featureSums, codes, codes.values);
    kernels.sparseDecode(this.#residual, codes, codes.values, decoder, decoderBias);
    this.#turnIntoGradient(x);
    kernels.sparseOuter(gradients.decoder, codes, codes.values, this.#residual);
    kernels.fill(this.#penalties, l1 / this.batch);
    kernels.sparseDot(this.#coefficients, codes, this.#residual, decoder, this.#penalties);
    kernels.sparseColumnSums(gradients.encoderBias, codes, this.#coefficients);
    kernels.sparseOuter(gradients.encoder, codes, this.#coefficients, this.#centred);
    this.#differentiateDecoderBias();
  }

  #differentiateDense(x: Tensor, l1: number): void {
    const kernels = this.#kernels;
    const { decoder, decoderBias } = this.#weights;
    const { gradients } = this;
    const { f, dF, penalty } = this.#denseBuffers();
    kernels.columnSums(this.featureSums, f);
    kernels.gemm(this.#residual, f, decoder, { bias: decoderBias });
    this.#turnIntoGradient(x);
    kernels.gemm(gradients.decoder, f, this.#residual, { transposeA: true });
    kernels.fill(penalty, l1 / this.batch);
    kernels.gemm(dF, this.#residual, decoder, { transposeB: true, bias: penalty });
    kernels.activateBackward(dF, dF, f, "relu");
    kernels.columnSums(gradients.encoderBias, dF);
    kernels.gemm(gradients.encoder, dF, this.#centred, { transposeA: true });
    this.#differentiateDecoderBias();
  }

  /** From the reconstruction in #residual: its squared error, then the loss's gradient by it, (2/B) (reconstruction - x). */
  #turnIntoGradient(x: Tensor): void {
    const kernels = this.#kernels;
    kernels.addScaled(this.#residual, this.#residual, x, -1);
    kernels.sumOfSquares(this.#squares, this.#residual);
    kernels.scale(this.#residual, this.#residual, 2 / this.batch);
  }

  /** The bias is added to the reconstruction and subtracted from the input: sum of residual gradients - E^T (sum of dF). */
  #differentiateDecoderBias(): void {
    const kernels = this.#kernels;
    const { encoderBias, decoderBias } = this.gradients;
    const [m = 0, d = 0] = this.#weights.encoder.shape;
    kernels.columnSums(decoderBias, this.#residual);
    kernels.gemm(kernels.reshape(decoderBias, [1, d]), kernels.reshape(encoderBias, [1, m]), this.#weights.encoder, {
      scale: -1,
      accumulate: true,
    });
  }

  #denseBuffers(): DenseBuffers {
    const m = this.featureSums.shape[0]!;
    this.#dense ??= {
      f: this.#kernels.create([this.batch, m]),
      dF: this.#kernels.create([this.batch, m]),
      penalty: this.#kernels.create([m]),
    };
    return this.#dense;
  }

  #releaseDense(): void {
    if (!this.#dense) return;
    for (const tensor of Object.values(this.#dense)) this.#kernels.release(tensor);
    this.#dense = undefined;
  }
}

interface DenseBuffers {
  readonly f: Tensor; // [B, m]
  readonly dF: Tensor; // [B, m]
  readonly penalty: Tensor; // [m]
}
