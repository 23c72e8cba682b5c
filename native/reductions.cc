#include "vector.h"

namespace monosem::LEVEL {

namespace {

constexpr int64_t kRun = 512;

/** Sum of f over n elements: float32 within runs of kRun, float64 across them and across blocks, in order. */
template <class F>
double sumBlocks(Pool& pool, const float* a, int64_t n, const F& f) {
  const int64_t blocks = divideUp(n, kElementBlock);
  double* partial = static_cast<double*>(pool.shared(0, blocks * sizeof(double)));
  parallelBlocks(pool, n, kElementBlock, [&](int64_t begin, int64_t end, int) {
    double total = 0;
    for (int64_t i = begin; i < end; i += kRun) total += reduce(a + i, least(kRun, end - i), f);
    partial[begin / kElementBlock] = total;
  });
  double total = 0;
  for (int64_t i = 0; i < blocks; i++) total += partial[i];
  return total;
}

constexpr int64_t kColumnRows = 64;

/** out[N] = the sum of `rows` rows. */
void addRows(float* out, const float* a, int64_t rows, int64_t N) {
  int64_t j = 0;
  for (; j + 4 * W <= N; j += 4 * W) {
    vec s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero();
    for (int64_t r = 0; r < rows; r++) {
      const float* p = a + r * N + j;
      s0 += load(p);
      s1 += load(p + W);
      s2 += load(p + 2 * W);
      s3 += load(p + 3 * W);
    }
    store(out + j, s0);
    store(out + j + W, s1);
    store(out + j + 2 * W, s2);
    store(out + j + 3 * W, s3);
  }
  for (; j < N; j += W) {
    const int64_t n = least(W, N - j);
    vec s = zero();
    for (int64_t r = 0; r < rows; r++) s += loadPart(a + r * N + j, n);
    storePart(out + j, s, n);
  }
}

}  // namespace

/** sum(out, a, n) */
void sum(Pool& pool, const Arguments& arguments) {
  arguments.floats(0)[0] =
      static_cast<float>(sumBlocks(pool, arguments.floats(1), arguments.size(2), [](vec x) { return x; }));
}

/** sumOfSquares(out, a, n, accumulate) */
void sumOfSquares(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const double total = sumBlocks(pool, arguments.floats(1), arguments.size(2), [](vec x) { return x * x; });
  out[0] = static_cast<float>(arguments.flag(3) ? out[0] + total : total);
}

/** columnSums(out, a, M, N, accumulate) */
void columnSums(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float* a = arguments.floats(1);
  const int64_t M = arguments.size(2), N = arguments.size(3);
  const int64_t blocks = divideUp(M, kColumnRows);
  float* partial = static_cast<float*>(pool.shared(0, most(1, blocks * N) * sizeof(float)));
  parallelBlocks(pool, M, kColumnRows, [&](int64_t begin, int64_t end, int) {
    addRows(partial + begin / kColumnRows * N, a + begin * N, end - begin, N);
  });
  if (!arguments.flag(4)) memset(out, 0, N * sizeof(float));
  for (int64_t i = 0; i < blocks; i++)
    map(out, out, partial + i * N, N, [](vec x, vec y) { return x + y; });
}

}  // namespace monosem::LEVEL
