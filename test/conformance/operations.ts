import { elementWiseOperations, gemmOperations, rowOperations } from "./dense-operations.ts";
import type { Operation } from "./operation.ts";
import { sparseOperations } from "./sparse-operations.ts";
import { transformerOperations } from "./transformer-operations.ts";

/** Every op that computes, with its cases. */
export const operations: readonly Operation[] = [
  ...elementWiseOperations,
  ...rowOperations,
  ...gemmOperations,
  ...transformerOperations,
  ...sparseOperations,
];
