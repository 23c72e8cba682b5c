import type { Kernels, Tensor } from "../kernels/kernels.ts";

/**
 * Removes from each row of the decoder's gradient the part parallel to the decoder's row, before Adam sees it: moving along
 * it only changes a norm that the constraint puts back (paper, appendix on the autoencoder). Both [features, width].
 */
export function removeParallelGradient(kernels: Kernels, gradient: Tensor, decoder: Tensor): void {
  kernels.removeParallel(gradient, decoder);
}

/** Puts every feature's direction (a row of the decoder) back to norm 1, after each Adam step. */
export function restoreUnitNorm(kernels: Kernels, decoder: Tensor): void {
  kernels.normaliseRows(decoder, decoder);
}
