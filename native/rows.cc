#include "vector.h"

// M rows of N elements.
namespace monosem::LEVEL {

/** addRow(out, a, row, M, N, factor) */
void addRow(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float *a = arguments.floats(1), *row = arguments.floats(2);
  const int64_t N = arguments.size(4);
  const vec factor = broadcast(arguments.number(5));
  parallelBlocks(pool, arguments.size(3), rowsPerTask(N), [&](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; r++)
      map(out + r * N, a + r * N, row, N, [&](vec x, vec y) { return x + factor * y; });
  });
}

/** addScaledRows(out, a, factors, M, N) */
void addScaledRows(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float *a = arguments.floats(1), *factors = arguments.floats(2);
  const int64_t N = arguments.size(4);
  parallelBlocks(pool, arguments.size(3), rowsPerTask(N), [&](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; r++) {
      const vec factor = broadcast(factors[r]);
      map(out + r * N, out + r * N, a + r * N, N, [&](vec x, vec y) { return x + factor * y; });
    }
  });
}

/** rowSquaredNorms(out, a, M, N) */
void rowSquaredNorms(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float* a = arguments.floats(1);
  const int64_t N = arguments.size(3);
  parallelBlocks(pool, arguments.size(2), rowsPerTask(N), [&](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; r++) out[r] = dot(a + r * N, a + r * N, N);
  });
}

/** gatherRows(out, table, rows, R, N, M) */
void gatherRows(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float* table = arguments.floats(1);
  const int32_t* rows = arguments.ints(2);
  const int64_t N = arguments.size(4);
  requireRows("gatherRows", rows, arguments.size(3), arguments.size(5));
  parallelBlocks(pool, arguments.size(3), rowsPerTask(N), [&](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; r++) memcpy(out + r * N, table + rows[r] * N, N * sizeof(float));
  });
}

/** scatterRows(out, rows, source, R, N, M) */
void scatterRows(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const int32_t* rows = arguments.ints(1);
  const float* source = arguments.floats(2);
  const int64_t N = arguments.size(4);
  requireRows("scatterRows", rows, arguments.size(3), arguments.size(5));
  parallelBlocks(pool, arguments.size(3), rowsPerTask(N), [&](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; r++) memcpy(out + rows[r] * N, source + r * N, N * sizeof(float));
  });
}

/** normaliseRows(out, a, M, N) */
void normaliseRows(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float* a = arguments.floats(1);
  const int64_t N = arguments.size(3);
  parallelBlocks(pool, arguments.size(2), rowsPerTask(N), [&](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; r++) {
      const float norm = sqrtf(dot(a + r * N, a + r * N, N));
      const float factor = norm == 0 ? 0 : 1 / norm;
      map(out + r * N, a + r * N, N, [&](vec x) { return x * factor; });
    }
  });
}

/** removeParallel(gradient, direction, M, N) */
void removeParallel(Pool& pool, const Arguments& arguments) {
  float* gradient = arguments.floats(0);
  const float* direction = arguments.floats(1);
  const int64_t N = arguments.size(3);
  parallelBlocks(pool, arguments.size(2), rowsPerTask(N), [&](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; r++) {
      float* g = gradient + r * N;
      const float* d = direction + r * N;
      const float squared = dot(d, d, N);
      const float factor = squared == 0 ? 0 : dot(g, d, N) / squared;
      map(g, g, d, N, [&](vec x, vec y) { return x - factor * y; });
    }
  });
}

}  // namespace monosem::LEVEL
