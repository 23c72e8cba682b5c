#pragma once
#include "vector.h"

// Products of matrices that lie in the nearest cache: nothing is packed.
namespace monosem::LEVEL {

#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int kSmallRows = 8;
#else
constexpr int kSmallRows = 4;
#endif

/** Element (i, k) is at data[i * row + k * column]. */
struct Left {
  const float* data;
  int64_t row, column;
};

template <int R, int V>
INLINE void smallTile(float* c, int64_t ldc, Left a, const float* b, int64_t ldb, int64_t K, bool accumulate) {
  vec sum[R][V];
#pragma GCC unroll 8
  for (int i = 0; i < R; i++)
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) sum[i][v] = accumulate ? load(c + i * ldc + v * W) : zero();
  for (int64_t k = 0; k < K; k++) {
    vec right[V];
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) right[v] = load(b + k * ldb + v * W);
#pragma GCC unroll 8
    for (int i = 0; i < R; i++) {
      const vec left = broadcast(a.data[i * a.row + k * a.column]);
#pragma GCC unroll 2
      for (int v = 0; v < V; v++) sum[i][v] += left * right[v];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < R; i++)
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) store(c + i * ldc + v * W, sum[i][v]);
}

template <int R>
INLINE void smallRows(float* c, int64_t ldc, int64_t N, Left a, const float* b, int64_t ldb, int64_t K,
                      bool accumulate) {
  int64_t j = 0;
  for (; j + 2 * W <= N; j += 2 * W) smallTile<R, 2>(c + j, ldc, a, b + j, ldb, K, accumulate);
  if (j < N) smallTile<R, 1>(c + j, ldc, a, b + j, ldb, K, accumulate);
}

/** c [M, N] (+)= a b, N a multiple of W. */
static inline void smallProduct(float* c, int64_t ldc, int64_t M, int64_t N, Left a, const float* b, int64_t ldb,
                                int64_t K, bool accumulate) {
  int64_t i = 0;
  const auto from = [&](int64_t row) { return Left{a.data + row * a.row, a.row, a.column}; };
  for (; i + kSmallRows <= M; i += kSmallRows)
    smallRows<kSmallRows>(c + i * ldc, ldc, N, from(i), b, ldb, K, accumulate);
  for (; i + 2 <= M; i += 2) smallRows<2>(c + i * ldc, ldc, N, from(i), b, ldb, K, accumulate);
  for (; i < M; i++) smallRows<1>(c + i * ldc, ldc, N, from(i), b, ldb, K, accumulate);
}

}  // namespace monosem::LEVEL
