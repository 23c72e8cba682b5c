import type { Kernels, Tensor } from "../kernels/kernels.ts";
import type { Hook } from "../model/transformer.ts";

/** Zero ablation: every activation of the site becomes 0. */
export function replaceWithZeros(kernels: Kernels): Hook {
  return (activation) => kernels.fill(activation, 0);
}

/** Mean ablation: every row of the site becomes `mean` [width]. */
export function replaceWithMean(kernels: Kernels, mean: Tensor): Hook {
  return (activation) => {
    kernels.fill(activation, 0);
    kernels.addRow(activation, activation, mean, 1);
  };
}

/** The site's activations become `values`, of their shape, as they are when the hook runs. */
export function replaceWith(kernels: Kernels, values: Tensor): Hook {
  return (activation) => kernels.copy(activation, values);
}
