import { expect, test } from "vitest";
import { findReadSpace, measureNullShares } from "../../src/analysis/null-space.ts";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import { excessKurtosis } from "../../src/numerics/excess-kurtosis.ts";
import { readNeuronBasisFixture } from "./fixtures.ts";

const { rows, kurtosis, matrices } = readNeuronBasisFixture();
const [n = 0, width = 0] = rows.shape;
const kernels = createReferenceKernels("float64");

test("the kurtosis of a direction's entries is SciPy's", () => {
  for (let row = 0; row < n; row++)
    expect(excessKurtosis(rows.data.slice(row * width, (row + 1) * width))).toBeCloseTo(kurtosis.data[row]!, 7);
});

test.each(matrices)(
  "shares in the null space of a $name matrix are those of NumPy's singular vectors",
  async (known) => {
    const space = findReadSpace(Float32Array.from(known.matrix.data), width);
    expect(space.rank).toBe(known.rank);
    const shares = await measureNullShares(kernels, kernels.upload(Float32Array.from(rows.data), [n, width]), space);
    for (const [row, share] of shares.entries()) expect(share).toBeCloseTo(known.nullShares.data[row]!, 5);
  },
);
