#include "sparse-columns.h"

// Sums over the columns of sparse codes: B rows, m columns, d width of the dense vectors.
namespace monosem::LEVEL {

/** Counts per block of rows, in parallel; then every block knows where its entries of a column go. */
Columns sortByColumn(Pool& pool, const char* op, const Codes& codes, const float* coefficients, int64_t m) {
  const int64_t blocks = most(1, least(pool.threads(), divideUp(codes.B, 64)));
  const int64_t rows = divideUp(codes.B, blocks);
  int64_t total = 0;
  for (int64_t b = 0; b < codes.B; b++) {
    requireRows(op, codes.indices + b * codes.capacity, codes.count(b), m);
    total += codes.count(b);
  }
  int64_t* start = static_cast<int64_t*>(pool.shared(0, (m + 1) * sizeof(int64_t)));
  Weighted* entries = static_cast<Weighted*>(pool.shared(1, most(1, total) * sizeof(Weighted)));
  int64_t* places = static_cast<int64_t*>(pool.shared(2, most(1, blocks * m) * sizeof(int64_t)));
  const auto each = [&](int64_t block, const auto& visit) {
    for (int64_t b = block * rows; b < least(codes.B, (block + 1) * rows); b++)
      for (int64_t k = b * codes.capacity; k < b * codes.capacity + codes.count(b); k++)
        visit(places[block * m + codes.indices[k]], b, k);
  };
  parallel(pool, blocks, [&](int64_t block, int) {
    memset(places + block * m, 0, m * sizeof(int64_t));
    each(block, [](int64_t& place, int64_t, int64_t) { place++; });
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
  parallel(pool, blocks, [&](int64_t block, int) {
    each(block, [&](int64_t& place, int64_t b, int64_t k) {
      entries[place++] = {static_cast<int32_t>(b), coefficients[k]};
    });
  });
  return {start, entries};
}

constexpr int64_t kColumns = 8;  // columns in one task

/** sparseOuter(codes ..., out, coefficients, x, m, d) */
void sparseOuter(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  float* out = arguments.floats(kCodesArguments);
  const float *coefficients = arguments.floats(kCodesArguments + 1), *x = arguments.floats(kCodesArguments + 2);
  const int64_t m = arguments.size(kCodesArguments + 3), d = arguments.size(kCodesArguments + 4);
  const Columns columns = sortByColumn(pool, "sparseOuter", codes, coefficients, m);
  parallelBlocks(pool, m, kColumns, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; i++) columns.addRows(i, out + i * d, x, d);
  });
}

constexpr int64_t kSumBlocks = 8, kSummedRows = 512;  // at most so many sums side by side, each of at least so many rows

/** sparseColumnSums(codes ..., out, coefficients, m) */
void sparseColumnSums(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  float* out = arguments.floats(kCodesArguments);
  const float* coefficients = arguments.floats(kCodesArguments + 1);
  const int64_t m = arguments.size(kCodesArguments + 2);
  for (int64_t b = 0; b < codes.B; b++)
    requireRows("sparseColumnSums", codes.indices + b * codes.capacity, codes.count(b), m);
  const int64_t blocks = most(1, least(kSumBlocks, codes.B / kSummedRows)), rows = divideUp(codes.B, blocks);
  double* sums = static_cast<double*>(pool.shared(0, most(1, blocks * m) * sizeof(double)));
  parallel(pool, blocks, [&](int64_t block, int) {
    double* own = sums + block * m;
    memset(own, 0, m * sizeof(double));
    for (int64_t b = block * rows; b < least(codes.B, (block + 1) * rows); b++)
      for (int64_t k = b * codes.capacity; k < b * codes.capacity + codes.count(b); k++)
        own[codes.indices[k]] += coefficients[k];
  });
  for (int64_t i = 0; i < m; i++) {
    double total = out[i];
    for (int64_t block = 0; block < blocks; block++) total += sums[block * m + i];
    out[i] = static_cast<float>(total);
  }
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
    for (int64_t k = 0; k < codes.count(b); k++) {
      float& maximum = out[indices[k]];
      if (maximum == maximum && !(values[k] <= maximum)) maximum = values[k];
    }
  }
}

}  // namespace monosem::LEVEL
