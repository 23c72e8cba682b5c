#include "sparse-codes.h"

// B rows, d width of the dense vectors.
namespace monosem::LEVEL {

namespace {

void requireIndices(const char* op, const Codes& codes, int64_t m) {
  for (int64_t b = 0; b < codes.B; b++) requireRows(op, codes.indices + b * codes.capacity, codes.count(b), m);
}

constexpr int kDecoded = 8;  // vectors of the output held in registers

/** out[j ...] = bias + sum of coefficients times rows of weights, V vectors from column j. */
template <int V>
INLINE void decodePart(float* out, const int32_t* indices, const float* coefficients, int64_t count,
                       const float* weights, const float* bias, int64_t d) {
  vec sum[V];
#pragma GCC unroll 8
  for (int v = 0; v < V; v++) sum[v] = bias == nullptr ? zero() : load(bias + v * W);
  for (int64_t k = 0; k < count; k++) {
    const vec c = broadcast(coefficients[k]);
    const float* row = weights + indices[k] * d;
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) sum[v] += c * load(row + v * W);
  }
#pragma GCC unroll 8
  for (int v = 0; v < V; v++) store(out + v * W, sum[v]);
}

INLINE void decodeRow(float* out, const int32_t* indices, const float* coefficients, int64_t count,
                      const float* weights, const float* bias, int64_t d) {
  int64_t j = 0;
  const auto part = [&](int64_t at) { return bias == nullptr ? nullptr : bias + at; };
  for (; j + kDecoded * W <= d; j += kDecoded * W)
    decodePart<kDecoded>(out + j, indices, coefficients, count, weights + j, part(j), d);
  for (; j + W <= d; j += W) decodePart<1>(out + j, indices, coefficients, count, weights + j, part(j), d);
  if (j == d) return;
  vec sum = bias == nullptr ? zero() : loadPart(bias + j, d - j);
  for (int64_t k = 0; k < count; k++) sum += coefficients[k] * loadPart(weights + indices[k] * d + j, d - j);
  storePart(out + j, sum, d - j);
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
    for (int64_t b = begin; b < end; b++)
      decodeRow(out + b * d, codes.indices + b * codes.capacity, coefficients + b * codes.capacity, codes.count(b),
                weights, bias, d);
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
