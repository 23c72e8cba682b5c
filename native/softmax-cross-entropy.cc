#include "softmax.h"

// N rows of V logits.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kRows = 8;

}  // namespace

/** softmaxCrossEntropy(loss, dLogits or 0, logits, targets, N, V, scale) */
void softmaxCrossEntropy(Pool& pool, const Arguments& arguments) {
  float *loss = arguments.floats(0), *dLogits = arguments.floats(1);
  const float* logits = arguments.floats(2);
  const int32_t* targets = arguments.ints(3);
  const int64_t N = arguments.size(4), V = arguments.size(5);
  const float scale = arguments.number(6);
  for (int64_t r = 0; r < N; r++)
    if (targets[r] >= V) fail("softmaxCrossEntropy: target %d, wanted below %lld", targets[r], (long long)V);
  parallelBlocks(pool, N, kRows, [&](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; r++) {
      const float* row = logits + r * V;
      float* gradient = dLogits == nullptr ? nullptr : dLogits + r * V;
      if (targets[r] < 0) {
        loss[r] = 0;
        if (gradient != nullptr) memset(gradient, 0, V * sizeof(float));
        continue;
      }
      const float shift = largest(row, V);
      const float wanted = row[targets[r]] - shift;
      const float total = gradient == nullptr ? sumOfExponentials(row, V, shift) : exponentiate(gradient, row, V, shift);
      loss[r] = logf(total) - wanted;
      if (gradient == nullptr) continue;
      const vec factor = broadcast(scale / total);
      map(gradient, gradient, V, [&](vec e) { return e * factor; });
      gradient[targets[r]] -= scale;
    }
  });
}

}  // namespace monosem::LEVEL
