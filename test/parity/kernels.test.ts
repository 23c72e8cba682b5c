import { describe, expect, test } from "vitest";
import type { Kernels, Tensor } from "../../src/kernels/kernels.ts";
import { createReferenceKernels, readFloat64, uploadFloat64 } from "../../src/kernels/reference.ts";
import { backends } from "../support/backends.ts";
import type { Tolerance } from "../support/to-be-all-close.ts";
import "../support/to-be-all-close.ts";
import { type FixtureTensor, readKernelsFixture } from "./fixtures.ts";

const fixture = readKernelsFixture();

interface Contender {
  readonly name: string;
  readonly create: () => Kernels;
  readonly tolerance: Tolerance;
}

const contenders: readonly Contender[] = [
  {
    name: "reference float64",
    create: () => createReferenceKernels("float64"),
    tolerance: { absolute: 1e-8, relative: 1e-8 },
  },
  ...backends.map(({ name, create }) => ({
    name,
    create: () => create(2),
    tolerance: { absolute: 1e-5, relative: 1e-6 },
  })),
];

/** The inputs' grid: nine digits of a fixture do not hold 28.00390625. */
const snap = (value: number) => Math.round(value * 256) / 256;

/** The fixture's input on the backend, under a shape of two dimensions where one is given. */
function put(kernels: Kernels, tensor: FixtureTensor, shape: readonly number[] = tensor.shape): Tensor {
  if (kernels.level === "float64") return uploadFloat64(Float64Array.from(tensor.data, snap), shape);
  return kernels.upload(Float32Array.from(tensor.data, snap), shape);
}

for (const { name, create, tolerance } of contenders) {
  describe(`${name} agrees with PyTorch in float64`, () => {
    const expectClose = async (kernels: Kernels, got: Tensor, wanted: FixtureTensor, allowed = tolerance) =>
      expect(kernels.level === "float64" ? readFloat64(got) : await kernels.read(got)).toBeAllClose(
        wanted.data,
        allowed,
      );

    test.for(fixture.layerNorm)("layer norm of $rows x $width", async (wanted) => {
      const kernels = create();
      const { rows: N, width: D } = wanted;
      const [out, mean, inverseDeviation] = [kernels.create([N, D]), kernels.create([N]), kernels.create([N])] as const;
      const [dX, dGain, dBias] = [kernels.create([N, D]), kernels.create([D]), kernels.create([D])] as const;
      const [x, gain] = [put(kernels, wanted.x), put(kernels, wanted.weight)] as const;
      kernels.layerNorm(out, mean, inverseDeviation, x, gain, put(kernels, wanted.bias), wanted.epsilon);
      kernels.layerNormBackward(dX, dGain, dBias, put(kernels, wanted.dy), x, gain, mean, inverseDeviation);
      const amplified = D === 1 && kernels.level !== "float64" ? { absolute: 2e-4 } : tolerance;
      await expectClose(kernels, out, wanted.y, amplified);
      await expectClose(kernels, dX, wanted.dx, amplified);
      await expectClose(kernels, dGain, wanted.dWeight, amplified);
      await expectClose(kernels, dBias, wanted.dBias);
    });

    test.for(fixture.causalAttention)("attention of $batch x $context, $heads heads of $dHead", async (wanted) => {
      const kernels = create();
      const { batch, context, heads, dHead } = wanted;
      const [N, D] = [batch * context, heads * dHead];
      const [out, logSumExp] = [kernels.create([N, D]), kernels.create([batch, heads, context])] as const;
      const [qkv, dQkv] = [put(kernels, wanted.qkv, [N, 3 * D]), kernels.create([N, 3 * D])] as const;
      kernels.causalAttention(out, logSumExp, qkv, { batch, context, heads });
      await expectClose(kernels, out, wanted.z);
      kernels.causalAttentionBackward(dQkv, put(kernels, wanted.dz, [N, D]), out, logSumExp, qkv, {
        batch,
        context,
        heads,
      });
      await expectClose(kernels, dQkv, wanted.dQkv);
    });

    test.for(fixture.crossEntropy)("cross entropy of $rows x $vocabulary", async (wanted) => {
      const kernels = create();
      const logits = put(kernels, wanted.logits);
      const losses = kernels.create([wanted.rows]);
      const targets = kernels.upload(Int32Array.from(wanted.targets), [wanted.rows]);
      kernels.softmaxCrossEntropy(losses, logits, logits, targets, 1 / wanted.rows);
      await expectClose(kernels, losses, wanted.losses);
      await expectClose(kernels, logits, wanted.dLogits);
    });

    test.for(fixture.gelu)("$kind", async (wanted) => {
      const kernels = create();
      const x = put(kernels, wanted.x);
      const out = kernels.create(wanted.x.shape);
      const dIn = put(kernels, wanted.dy);
      kernels.activate(out, x, wanted.kind);
      kernels.activateBackward(dIn, dIn, x, wanted.kind);
      await expectClose(kernels, out, wanted.y);
      await expectClose(kernels, dIn, wanted.dx);
    });

    test.for(fixture.kl)("divergence of $rows x $vocabulary", async (wanted) => {
      const kernels = create();
      const out = kernels.create([wanted.rows]);
      kernels.klDivergence(out, put(kernels, wanted.clean), put(kernels, wanted.other));
      await expectClose(kernels, out, wanted.kl);
    });
  });
}
