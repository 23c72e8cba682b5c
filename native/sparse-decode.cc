#include "sparse-codes.h"
#include "weighted-rows.h"

// B rows, d width of the dense vectors.
namespace monosem::LEVEL {

namespace {

void requireIndices(const char* op, const Codes& codes, int64_t m) {
  for (int64_t b = 0; b < codes.B; b++) requireRows(op, codes.indices + b * codes.capacity, codes.count(b), m);
}

constexpr int64_t kCodeRows = 32;

}  // namespace

/** sparseDecode(codes ..., out, coefficients, weights, bias or 0, m, d) */
void sparseDecode(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  float* out = arguments.floats(kCodesArguments);
  const float *coefficients = arguments.floats(kCodesArguments + 1), *weights = arguments.floats(kCodesArguments + 2);
  const float* bias = arguments.floats(kCodesArguments + 3);
  const int64_t d = arguments.size(kCodesArguments + 5);
  requireIndices("sparseDecode", codes, arguments.size(kCodesArguments + 4));
  parallelBlocks(pool, codes.B, kCodeRows, [&](int64_t begin, int64_t end, int) {
    for (int64_t b = begin; b < end; b++) {
      const int32_t* indices = codes.indices + b * codes.capacity;
      const float* factors = coefficients + b * codes.capacity;
      if (bias == nullptr) memset(out + b * d, 0, d * sizeof(float));
      else memcpy(out + b * d, bias, d * sizeof(float));
      addWeightedRows(out + b * d, weights, d, codes.count(b),
                      [&](int64_t k) { return Weighted{indices[k], factors[k]}; });
    }
  });
}

/** sparseDot(codes ..., out, x, weights, offsets or 0, m, d) */
void sparseDot(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  float* out = arguments.floats(kCodesArguments);
  const float *x = arguments.floats(kCodesArguments + 1), *weights = arguments.floats(kCodesArguments + 2);
  const float* offsets = arguments.floats(kCodesArguments + 3);
  const int64_t d = arguments.size(kCodesArguments + 5);
  requireIndices("sparseDot", codes, arguments.size(kCodesArguments + 4));
  parallelBlocks(pool, codes.B, kCodeRows, [&](int64_t begin, int64_t end, int) {
    for (int64_t b = begin; b < end; b++)
      for (int64_t k = b * codes.capacity; k < b * codes.capacity + codes.count(b); k++)
        out[k] = dot(x + b * d, weights + codes.indices[k] * d, d) + (offsets == nullptr ? 0 : offsets[codes.indices[k]]);
  });
}

}  // namespace monosem::LEVEL
