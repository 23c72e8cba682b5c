import { expect, test } from "vitest";
import { type Activation, createSparseCodes, type Kernels, type Tensor } from "../../src/kernels/kernels.ts";
import { createReferenceKernels, readFloat64, uploadFloat64 } from "../../src/kernels/reference.ts";
import { createRandomStream } from "../../src/numerics/random.ts";
import "../support/to-be-all-close.ts";

const STEP = 1e-5;
const TOLERANCE = { absolute: 2e-8, relative: 2e-7 };

type Tensors = Readonly<Record<string, Tensor>>;

interface Differentiable {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly forward: (inputs: Tensors) => Tensor;
  /** The gradient of sum(dOut * output) with respect to some or all inputs, by name. */
  readonly backward: (dOut: Tensor, inputs: Tensors) => Tensors;
  /** Moves drawn inputs, e.g. away from a kink. */
  readonly adjust?: (value: number) => number;
}

const kernels: Kernels = createReferenceKernels("float64");

function draw(shape: readonly number[], name: string): Float64Array {
  const stream = createRandomStream(5, "gradients", name);
  return Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => stream.normal(i));
}

/** Compares every element of every gradient with (L(x + h) - L(x - h)) / 2h for L = sum(dOut * output). */
function expectGradient({ inputs: shapes, forward, backward, adjust = (value) => value }: Differentiable): void {
  const data = new Map(Object.entries(shapes).map(([name, shape]) => [name, draw(shape, name).map(adjust)]));
  const upload = (changed?: string, values?: Float64Array): Tensors =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => {
        return [name, uploadFloat64(name === changed ? values! : data.get(name)!, shape)];
      }),
    );
  const inputs = upload();
  const output = forward(inputs);
  const weights = draw(output.shape, "weights of the outputs");
  const loss = (tensors: Tensors) =>
    readFloat64(forward(tensors)).reduce((sum, value, i) => sum + value * weights[i]!, 0);
  const gradients = backward(uploadFloat64(weights, output.shape), inputs);
  for (const [name, gradient] of Object.entries(gradients)) {
    const values = data.get(name)!;
    const differences = values.map((value, i) => {
      const up = loss(upload(name, values.with(i, value + STEP)));
      return (up - loss(upload(name, values.with(i, value - STEP)))) / (2 * STEP);
    });
    expect(readFloat64(gradient), `gradient of ${name}`).toBeAllClose(differences, TOLERANCE);
  }
}

for (const activation of ["relu", "gelu", "gelu_new"] satisfies Activation[]) {
  test(`${activation}: backward is the derivative of forward`, () => {
    expectGradient({
      inputs: { x: [5, 7] },
      adjust: (value) => value + Math.sign(value) * 0.01,
      forward: ({ x }) => {
        const out = kernels.create(x!.shape);
        kernels.activate(out, x!, activation);
        return out;
      },
      backward: (dOut, { x }) => {
        kernels.activateBackward(dOut, dOut, x!, activation);
        return { x: dOut };
      },
    });
  });
}

for (const { transposeA, transposeB } of [
  { transposeA: false, transposeB: false },
  { transposeA: false, transposeB: true },
  { transposeA: true, transposeB: false },
]) {
  test(`a linear layer's gradients are matrix products and column sums (a ${transposeA}, b ${transposeB} transposed)`, () => {
    expectGradient({
      inputs: { x: transposeA ? [7, 3] : [3, 7], weight: transposeB ? [5, 7] : [7, 5], bias: [5] },
      forward: ({ x, weight, bias }) => {
        const out = kernels.create([3, 5]);
        kernels.gemm(out, x!, weight!, { transposeA, transposeB, bias: bias!, scale: 1 });
        return out;
      },
      backward: (dOut, { x, weight, bias }) => {
        const gradients = {
          x: kernels.create(x!.shape),
          weight: kernels.create(weight!.shape),
          bias: kernels.create([5]),
        };
        if (transposeA) kernels.gemm(gradients.x, weight!, dOut, { transposeB: true });
        else kernels.gemm(gradients.x, dOut, weight!, { transposeB: !transposeB });
        if (transposeB) kernels.gemm(gradients.weight, dOut, x!, { transposeA: true });
        else kernels.gemm(gradients.weight, x!, dOut, { transposeA: !transposeA });
        kernels.columnSums(gradients.bias, dOut, { accumulate: true });
        expect(bias!.shape).toEqual(gradients.bias.shape);
        return gradients;
      },
    });
  });
}

test("layer norm: backward adds the derivatives of input, gain and bias", () => {
  const forward = ({ x, gain, bias }: Tensors) => {
    const [N, D] = x!.shape as [number, number];
    const outputs = { out: kernels.create([N, D]), mean: kernels.create([N]), inverseDeviation: kernels.create([N]) };
    kernels.layerNorm(outputs.out, outputs.mean, outputs.inverseDeviation, x!, gain!, bias!, 1e-3);
    return outputs;
  };
  expectGradient({
    inputs: { x: [4, 7], gain: [7], bias: [7] },
    forward: (inputs) => forward(inputs).out,
    backward: (dOut, inputs) => {
      const { mean, inverseDeviation } = forward(inputs);
      const gradients = { x: kernels.create([4, 7]), gain: kernels.create([7]), bias: kernels.create([7]) };
      kernels.layerNormBackward(
        gradients.x,
        gradients.gain,
        gradients.bias,
        dOut,
        inputs.x!,
        inputs.gain!,
        mean,
        inverseDeviation,
      );
      return gradients;
    },
  });
});

for (const [batch, context, heads, width] of [
  [1, 1, 1, 2],
  [2, 5, 2, 3],
  [1, 7, 3, 1],
] as const) {
  test(`causal attention: backward is the derivative of forward (${batch} x ${context} x ${heads} x ${width})`, () => {
    const dims = { batch, context, heads };
    const forward = ({ qkv }: Tensors) => {
      const outputs = {
        out: kernels.create([batch * context, heads * width]),
        logSumExp: kernels.create([batch, heads, context]),
      };
      kernels.causalAttention(outputs.out, outputs.logSumExp, qkv!, dims);
      return outputs;
    };
    expectGradient({
      inputs: { qkv: [batch * context, 3 * heads * width] },
      forward: (inputs) => forward(inputs).out,
      backward: (dOut, inputs) => {
        const { out, logSumExp } = forward(inputs);
        const qkv = kernels.create(inputs.qkv!.shape);
        kernels.causalAttentionBackward(qkv, dOut, out, logSumExp, inputs.qkv!, dims);
        return { qkv };
      },
    });
  });
}

test("embedding: backward adds each row's gradient to its token's and its position's row", () => {
  const tokens = kernels.upload(Int32Array.of(2, 0, 2, 1, 2, 2, 0), [7]);
  expectGradient({
    inputs: { tokenTable: [4, 3], positionTable: [5, 3] },
    forward: ({ tokenTable, positionTable }) => {
      const out = kernels.create([7, 3]);
      kernels.embedding(out, tokenTable!, positionTable!, tokens, 4);
      return out;
    },
    backward: (dOut) => {
      const gradients = { tokenTable: kernels.create([4, 3]), positionTable: kernels.create([5, 3]) };
      kernels.embeddingBackward(gradients.tokenTable, gradients.positionTable, dOut, tokens, 4);
      return gradients;
    },
  });
});

test("softmax cross entropy: dLogits is the derivative of the sum of losses, and 0 where there is no target", () => {
  const targets = kernels.upload(Int32Array.of(3, -1, 0, 6), [4]);
  expectGradient({
    inputs: { logits: [4, 7] },
    forward: ({ logits }) => {
      const losses = kernels.create([4]);
      const total = kernels.create([1]);
      kernels.softmaxCrossEntropy(losses, null, logits!, targets, 1);
      kernels.sum(total, losses);
      return total;
    },
    backward: (dOut, { logits }) => {
      const losses = kernels.create([4]);
      kernels.softmaxCrossEntropy(losses, logits!, logits!, targets, readFloat64(dOut)[0]!);
      return { logits: logits! };
    },
  });
});

test("sparse autoencoder path: decode, dot, outer product and column sums make the gradients of all four parameters", () => {
  const [B, m, d, capacity] = [5, 9, 4, 9];
  const encode = ({ x, encoder, encoderBias }: Tensors) => {
    const codes = createSparseCodes(kernels, B, capacity);
    kernels.encodeSparse(codes, x!, encoder!, encoderBias!);
    return codes;
  };
  expectGradient({
    inputs: { x: [B, d], encoder: [m, d], encoderBias: [m], decoder: [m, d], decoderBias: [d] },
    forward: (inputs) => {
      const codes = encode(inputs);
      const out = kernels.create([B, d]);
      kernels.sparseDecode(out, codes, codes.values, inputs.decoder!, inputs.decoderBias!);
      return out;
    },
    backward: (dOut, inputs) => {
      const codes = encode(inputs);
      const dCodes = kernels.create([B, capacity]);
      const gradients = {
        x: kernels.create([B, d]),
        encoder: kernels.create([m, d]),
        encoderBias: kernels.create([m]),
        decoder: kernels.create([m, d]),
        decoderBias: kernels.create([d]),
      };
      kernels.sparseDot(dCodes, codes, dOut, inputs.decoder!, null);
      kernels.sparseOuter(gradients.decoder, codes, codes.values, dOut);
      kernels.columnSums(gradients.decoderBias, dOut);
      kernels.sparseOuter(gradients.encoder, codes, dCodes, inputs.x!);
      kernels.sparseColumnSums(gradients.encoderBias, codes, dCodes);
      kernels.sparseDecode(gradients.x, codes, dCodes, inputs.encoder!, null);
      return gradients;
    },
  });
});

test("compacting a dense activation gives the same path as encoding sparsely", () => {
  const [B, m, d] = [5, 9, 4];
  const [x, encoder, bias] = [draw([B, d], "x"), draw([m, d], "encoder"), draw([m], "encoderBias")];
  const codes = createSparseCodes(kernels, B, m);
  const compacted = createSparseCodes(kernels, B, m);
  const dense = kernels.create([B, m]);
  const inputs = [uploadFloat64(x, [B, d]), uploadFloat64(encoder, [m, d]), uploadFloat64(bias, [m])] as const;
  kernels.encodeSparse(codes, ...inputs);
  kernels.gemm(dense, inputs[0], inputs[1], { transposeB: true, bias: inputs[2], epilogue: "relu" });
  kernels.compact(compacted, dense);
  expect(readFloat64(compacted.values)).toBeAllClose(readFloat64(codes.values), { absolute: 1e-12 });
});
