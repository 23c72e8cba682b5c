#include "vector.h"

// N tokens, width D, `context` positions, V tokens in the vocabulary.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kTokenRange = 64;

void addTo(float* out, const float* a, int64_t n) {
  map(out, out, a, n, [](vec x, vec y) { return x + y; });
}

/** order[start[v] .. start[v + 1]] are the rows whose token is v, ascending. */
void sortByToken(int32_t* start, int32_t* order, const int32_t* tokens, int64_t N, int64_t V) {
  memset(start, 0, (V + 1) * sizeof(int32_t));
  for (int64_t r = 0; r < N; r++) start[tokens[r]]++;
  int32_t total = 0;
  for (int64_t v = 0; v <= V; v++) {
    total += start[v];
    start[v] = total;
  }
  for (int64_t r = N - 1; r >= 0; r--) order[--start[tokens[r]]] = static_cast<int32_t>(r);
}

}  // namespace

/** embedding(out, tokenTable, positionTable, tokens, N, D, context, V) */
void embedding(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float *table = arguments.floats(1), *positions = arguments.floats(2);
  const int32_t* tokens = arguments.ints(3);
  const int64_t N = arguments.size(4), D = arguments.size(5), context = arguments.size(6);
  requireRows("embedding", tokens, N, arguments.size(7));
  parallelBlocks(pool, N, rowsPerTask(D), [&](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; r++)
      map(out + r * D, table + tokens[r] * D, positions + r % context * D, D, [](vec x, vec y) { return x + y; });
  });
}

/** embeddingBackward(dTokens, dPositions, dOut, tokens, N, D, context, V) */
void embeddingBackward(Pool& pool, const Arguments& arguments) {
  float *dTokens = arguments.floats(0), *dPositions = arguments.floats(1);
  const float* dOut = arguments.floats(2);
  const int32_t* tokens = arguments.ints(3);
  const int64_t N = arguments.size(4), D = arguments.size(5), context = arguments.size(6), V = arguments.size(7);
  requireRows("embeddingBackward", tokens, N, V);
  parallelBlocks(pool, least(context, N), 8, [&](int64_t begin, int64_t end, int) {
    for (int64_t t = begin; t < end; t++)
      for (int64_t r = t; r < N; r += context) addTo(dPositions + t * D, dOut + r * D, D);
  });
  int32_t* start = static_cast<int32_t*>(pool.shared(0, (V + 1 + N) * sizeof(int32_t)));
  int32_t* order = start + V + 1;
  sortByToken(start, order, tokens, N, V);
  parallelBlocks(pool, V, kTokenRange, [&](int64_t begin, int64_t end, int) {
    for (int64_t v = begin; v < end; v++)
      for (int32_t i = start[v]; i < start[v + 1]; i++) addTo(dTokens + v * D, dOut + order[i] * D, D);
  });
}

}  // namespace monosem::LEVEL
