#include "vector-product.h"

#include "weighted-rows.h"

namespace monosem::LEVEL {

namespace {

/** out[N] = the sum of a[k] times row k of b [K, N], by blocks of rows that do not depend on the threads. */
void sumRows(Pool& pool, float* out, const float* a, const float* b, int64_t N, int64_t K) {
  const int64_t rows = rowsPerTask(N), blocks = divideUp(K, rows);
  float* partial = static_cast<float*>(pool.shared(0, blocks * N * sizeof(float)));
  memset(partial, 0, blocks * N * sizeof(float));
  parallelBlocks(pool, K, rows, [&](int64_t begin, int64_t end, int) {
    addWeightedRows(partial + begin / rows * N, b + begin * N, N, end - begin, [&](int64_t k) {
      return Weighted{static_cast<int32_t>(k), a[begin + k]};
    });
  });
  memset(out, 0, N * sizeof(float));
  for (int64_t block = 0; block < blocks; block++)
    map(out, out, partial + block * N, N, [](vec x, vec y) { return x + y; });
}

}  // namespace

void multiplyVector(Pool& pool, float* c, const float* a, Strided b, int64_t N, int64_t K, const Finish& finish) {
  float* product = static_cast<float*>(pool.shared(1, N * sizeof(float)));
  if (b.column == 1) {
    parallelBlocks(pool, N, rowsPerTask(K), [&](int64_t begin, int64_t end, int) {
      for (int64_t j = begin; j < end; j++) product[j] = dot(a, b.data + j * K, K);
    });
  } else {
    sumRows(pool, product, a, b.data, N, K);
  }
  for (int64_t j = 0; j < N; j++) {
    const float kept = finish.accumulate ? c[j] : 0, added = finish.bias == nullptr ? 0 : finish.bias[j];
    const float value = kept + finish.scale * product[j] + added;
    c[j] = finish.activation == Activation::relu && value < 0 ? 0 : value;
  }
}

}  // namespace monosem::LEVEL
