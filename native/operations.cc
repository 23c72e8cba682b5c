#include "vector.h"

namespace monosem::LEVEL {

#define OPERATIONS(each)                                                                                          \
  each(fill) each(fillInts) each(copy) each(addScaled) each(scale) each(addRow) each(addScaledRows)               \
  each(columnSums) each(rowSquaredNorms) each(sum) each(sumOfSquares) each(gatherRows) each(scatterRows)          \
  each(gemm) each(activate) each(activateBackward) each(normaliseRows) each(removeParallel) each(embedding)       \
  each(embeddingBackward) each(layerNorm) each(layerNormBackward) each(causalAttention)                           \
  each(causalAttentionBackward) each(softmaxCrossEntropy) each(klDivergence) each(crossEntropyShift)              \
  each(clipFactor) each(adamW)                                                                                    \
  each(compact) each(selectTopK) each(batchTopKThreshold) each(encodeSparse) each(sparseDecode) each(sparseDot)   \
  each(sparseResidual) each(sparseOuter) each(sparseAdam) each(sparseGradientNorm) each(sparseColumnSums)         \
  each(sparseColumnCounts) each(sparseColumnMaxima)

#define DECLARE(name) void name(Pool& pool, const Arguments& arguments);
OPERATIONS(DECLARE)

namespace {
#define ENTRY(name) {#name, name},
const Operation kOperations[] = {OPERATIONS(ENTRY)};
}  // namespace

#define QUOTE(name) #name
#define TEXT(name) QUOTE(name)

extern const Level kLevel;
const Level kLevel = {TEXT(LEVEL), kOperations, sizeof kOperations / sizeof kOperations[0]};

}  // namespace monosem::LEVEL
