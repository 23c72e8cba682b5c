#include "sparse-codes.h"
#include "weighted-rows.h"

// B rows, d width of the dense vectors.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kCodeRows = 32;

void requireIndices(const char* op, const Codes& codes, int64_t m) {
  for (int64_t b = 0; b < codes.B; b++) requireRows(op, codes.indices + b * codes.capacity, codes.count(b), m);
}

/** out[d] = bias + the sum of coefficients[k] times rows indices[k] of weights. */
INLINE void decodeRow(float* out, const int32_t* indices, const float* coefficients, int64_t count,
                      const float* weights, const float* bias, int64_t d) {
  if (bias == nullptr) memset(out, 0, d * sizeof(float));
  else memcpy(out, bias, d * sizeof(float));
  addWeightedRows(out, weights, d, count, [&](int64_t k) { return Weighted{indices[k], coefficients[k]}; });
}

/** out[k] = x . row indices[k] of weights + its offset. */
INLINE void dotRow(float* out, const float* x, const int32_t* indices, int64_t count, const float* weights,
                   const float* offsets, int64_t d) {
  for (int64_t k = 0; k < count; k++)
    out[k] = dot(x, weights + indices[k] * d, d) + (offsets == nullptr ? 0 : offsets[indices[k]]);
}

/** error[d] = factor * (error - x); returns the squared norm of error - x. */
INLINE float subtract(float* error, const float* x, float factor, int64_t d) {
  map(error, error, x, d, [](vec a, vec b) { return a - b; });
  const float squared = dot(error, error, d);
  map(error, error, d, [&](vec a) { return factor * a; });
  return squared;
}

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
      dotRow(out + b * codes.capacity, x + b * d, codes.indices + b * codes.capacity, codes.count(b), weights, offsets,
             d);
  });
}

/** sparseResidual(codes ..., residual, squaredErrors, dots, x, weights, bias or 0, offsets or 0, factor, m, d) */
void sparseResidual(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  float *residual = arguments.floats(kCodesArguments), *squaredErrors = arguments.floats(kCodesArguments + 1);
  float* dots = arguments.floats(kCodesArguments + 2);
  const float *x = arguments.floats(kCodesArguments + 3), *weights = arguments.floats(kCodesArguments + 4);
  const float *bias = arguments.floats(kCodesArguments + 5), *offsets = arguments.floats(kCodesArguments + 6);
  const float factor = arguments.number(kCodesArguments + 7);
  const int64_t d = arguments.size(kCodesArguments + 9);
  requireIndices("sparseResidual", codes, arguments.size(kCodesArguments + 8));
  double* partial = static_cast<double*>(pool.shared(0, most(1, divideUp(codes.B, kCodeRows)) * sizeof(double)));
  parallelBlocks(pool, codes.B, kCodeRows, [&](int64_t begin, int64_t end, int) {
    double squares = 0;
    for (int64_t b = begin; b < end; b++) {
      const int64_t first = b * codes.capacity, count = codes.count(b);
      float* error = residual + b * d;
      decodeRow(error, codes.indices + first, codes.values + first, count, weights, bias, d);
      squares += subtract(error, x + b * d, factor, d);
      dotRow(dots + first, error, codes.indices + first, count, weights, offsets, d);
    }
    partial[begin / kCodeRows] = squares;
  });
  double total = *squaredErrors;
  for (int64_t i = 0; i < divideUp(codes.B, kCodeRows); i++) total += partial[i];
  *squaredErrors = static_cast<float>(total);
}

}  // namespace monosem::LEVEL
