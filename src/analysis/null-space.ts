import type { Kernels, Tensor } from "../kernels/kernels.ts";

// Dimensions: d width of the site, D dModel, r rank.

/** The space of directions that a matrix can read: an orthonormal basis of it, one vector a row. */
export interface ReadSpace {
  readonly rank: number;
  readonly basis: Float32Array; // [r, d]
}

/** What is left of a column after the others were taken out of it, below which it depends on them: of float32 weights, rounding. */
const DEPENDENT = 1e-5;

/** The span of the columns of a matrix [d, D], by Gram-Schmidt in float64, twice so that rounding does not add up. */
export function findReadSpace(matrix: Float32Array, d: number): ReadSpace {
  const D = matrix.length / d;
  const vectors: Float64Array[] = [];
  for (let column = 0; column < D; column++) {
    const vector = Float64Array.from({ length: d }, (_, row) => matrix[row * D + column]!);
    const length = Math.sqrt(dot(vector, vector));
    for (let pass = 0; pass < 2; pass++)
      for (const known of vectors) {
        const share = dot(known, vector);
        for (let i = 0; i < d; i++) vector[i] = vector[i]! - share * known[i]!;
      }
    const left = Math.sqrt(dot(vector, vector));
    if (left > DEPENDENT * length && left > 0) vectors.push(vector.map((value) => value / left));
  }
  const basis = new Float32Array(vectors.length * d);
  for (const [row, vector] of vectors.entries()) basis.set(vector, row * d);
  return { rank: vectors.length, basis };
}

/**
 * The share of each row's squared norm that lies in the null space of a matrix, where it changes nothing of what the matrix
 * writes; rows [n, d]. A random row has 1 - rank / d of it there.
 */
export async function measureNullShares(kernels: Kernels, rows: Tensor, space: ReadSpace): Promise<Float32Array> {
  const [n = 0, d = 0] = rows.shape;
  const basis = kernels.upload(space.basis, [space.rank, d]);
  const read = kernels.create([n, space.rank]);
  const [within, whole] = [kernels.create([n]), kernels.create([n])];
  kernels.gemm(read, rows, basis, { transposeB: true });
  kernels.rowSquaredNorms(within, read);
  kernels.rowSquaredNorms(whole, rows);
  const [inside, all] = [await kernels.read(within), await kernels.read(whole)];
  for (const tensor of [basis, read, within, whole]) kernels.release(tensor);
  return inside.map((value, i) => (all[i]! > 0 ? Math.min(1, Math.max(0, 1 - value / all[i]!)) : 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
