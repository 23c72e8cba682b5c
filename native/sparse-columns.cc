#include "sparse-columns.h"

// Sums over the columns of sparse codes: B rows, m columns, d width of the dense vectors.
namespace monosem::LEVEL {

/** Counts per block of rows, in parallel; then every block knows where its entries of a column go. */
Columns sortByColumn(Pool& pool, const char* op, const Codes& codes, int64_t m) {
  const int64_t blocks = most(1, least(pool.threads(), divideUp(codes.B, 64)));
  const int64_t rows = divideUp(codes.B, blocks);
  int64_t total = 0;
  for (int64_t b = 0; b < codes.B; b++) {
    requireRows(op, codes.indices + b * codes.capacity, codes.count(b), m);
    total += codes.count(b);
  }
  int64_t* start = static_cast<int64_t*>(pool.shared(0, (m + 1) * sizeof(int64_t)));
  int64_t* entries = static_cast<int64_t*>(pool.shared(1, most(1, total) * sizeof(int64_t)));
  int64_t* places = static_cast<int64_t*>(pool.shared(2, most(1, blocks * m) * sizeof(int64_t)));
  const auto each = [&](int64_t block, const auto& visit) {
    for (int64_t b = block * rows; b < least(codes.B, (block + 1) * rows); b++)
      for (int64_t k = b * codes.capacity; k < b * codes.capacity + codes.count(b); k++)
        visit(places[block * m + codes.indices[k]], k);
  };
  parallel(pool, blocks, [&](int64_t block, int) {
    memset(places + block * m, 0, m * sizeof(int64_t));
    each(block, [](int64_t& place, int64_t) { place++; });
  });
  int64_t next = 0;
  for (int64_t i = 0; i < m; i++) {
    start[i] = next;
    for (int64_t block = 0; block < blocks; block++) {
      const int64_t count = places[block * m + i];
      places[block * m + i] = next;
      next += count;
    }
  }
  start[m] = next;
  parallel(pool, blocks, [&](int64_t block, int) { each(block, [&](int64_t& place, int64_t k) { entries[place++] = k; }); });
  return {start, entries};
}

namespace {

constexpr int64_t kColumns = 32;
constexpr int kHeld = 8;  // vectors of a column's row held in registers

template <int V>
INLINE void addOuter(float* out, const int64_t* entries, int64_t count, const float* coefficients, const float* x,
                     int64_t capacity, int64_t d) {
  vec sum[V];
#pragma GCC unroll 8
  for (int v = 0; v < V; v++) sum[v] = load(out + v * W);
  for (int64_t e = 0; e < count; e++) {
    const vec c = broadcast(coefficients[entries[e]]);
    const float* row = x + entries[e] / capacity * d;
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) sum[v] += c * load(row + v * W);
  }
#pragma GCC unroll 8
  for (int v = 0; v < V; v++) store(out + v * W, sum[v]);
}

/** visit(i, entries, count) for every column with entries, in parallel over ranges of columns. */
template <class F>
void eachColumn(Pool& pool, const char* op, const Codes& codes, int64_t m, const F& visit) {
  const Columns columns = sortByColumn(pool, op, codes, m);
  parallelBlocks(pool, m, kColumns, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t count = columns.start[i + 1] - columns.start[i];
      if (count > 0) visit(i, columns.entries + columns.start[i], count);
    }
  });
}

}  // namespace

void addOuterRow(float* out, const int64_t* entries, int64_t count, const float* coefficients, const float* x,
                 int64_t capacity, int64_t d) {
  int64_t j = 0;
  for (; j + kHeld * W <= d; j += kHeld * W) addOuter<kHeld>(out + j, entries, count, coefficients, x + j, capacity, d);
  for (; j + W <= d; j += W) addOuter<1>(out + j, entries, count, coefficients, x + j, capacity, d);
  if (j == d) return;
  for (int64_t e = 0; e < count; e++) {
    const float* source = x + entries[e] / capacity * d;
    for (int64_t rest = j; rest < d; rest++) out[rest] += coefficients[entries[e]] * source[rest];
  }
}

/** sparseOuter(codes ..., out, coefficients, x, m, d) */
void sparseOuter(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  float* out = arguments.floats(kCodesArguments);
  const float *coefficients = arguments.floats(kCodesArguments + 1), *x = arguments.floats(kCodesArguments + 2);
  const int64_t m = arguments.size(kCodesArguments + 3), d = arguments.size(kCodesArguments + 4);
  eachColumn(pool, "sparseOuter", codes, m, [&](int64_t i, const int64_t* entries, int64_t count) {
    addOuterRow(out + i * d, entries, count, coefficients, x, codes.capacity, d);
  });
}

/** sparseColumnSums(codes ..., out, coefficients, m) */
void sparseColumnSums(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  float* out = arguments.floats(kCodesArguments);
  const float* coefficients = arguments.floats(kCodesArguments + 1);
  eachColumn(pool, "sparseColumnSums", codes, arguments.size(kCodesArguments + 2),
             [&](int64_t i, const int64_t* entries, int64_t count) {
               double total = out[i];
               for (int64_t e = 0; e < count; e++) total += coefficients[entries[e]];
               out[i] = static_cast<float>(total);
             });
}

/** sparseColumnCounts(codes ..., out, m) */
void sparseColumnCounts(Pool&, const Arguments& arguments) {
  const Codes codes(arguments);
  int32_t* out = arguments.ints(kCodesArguments);
  const int64_t m = arguments.size(kCodesArguments + 1);
  for (int64_t b = 0; b < codes.B; b++) {
    const int32_t* indices = codes.indices + b * codes.capacity;
    requireRows("sparseColumnCounts", indices, codes.count(b), m);
    for (int64_t k = 0; k < codes.count(b); k++) out[indices[k]]++;
  }
}

/** sparseColumnMaxima(codes ..., out, m) */
void sparseColumnMaxima(Pool&, const Arguments& arguments) {
  const Codes codes(arguments);
  float* out = arguments.floats(kCodesArguments);
  const int64_t m = arguments.size(kCodesArguments + 1);
  for (int64_t b = 0; b < codes.B; b++) {
    const int32_t* indices = codes.indices + b * codes.capacity;
    const float* values = codes.values + b * codes.capacity;
    requireRows("sparseColumnMaxima", indices, codes.count(b), m);
    for (int64_t k = 0; k < codes.count(b); k++)
      out[indices[k]] = values[k] < out[indices[k]] ? out[indices[k]] : values[k];
  }
}

}  // namespace monosem::LEVEL
