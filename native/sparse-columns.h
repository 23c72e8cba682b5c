#pragma once
#include "sparse-codes.h"
#include "weighted-rows.h"

namespace monosem::LEVEL {

/** The entries of codes by column: those of column i are the weighted rows start[i] .. start[i + 1], rows ascending. */
struct Columns {
  int64_t* start;
  Weighted* entries;
  int64_t count(int64_t i) const { return start[i + 1] - start[i]; }
  const Weighted* of(int64_t i) const { return entries + start[i]; }
  /** out[d] += the sum of column i's weighted rows of x [B, d]. */
  void addRows(int64_t i, float* out, const float* x, int64_t d) const {
    addWeightedRows(out, x, d, count(i), [&](int64_t e) { return of(i)[e]; });
  }
};

/** Sorts the entries, in the pool's shared slots 0 to 2. Fails where an index is not below m. */
Columns sortByColumn(Pool& pool, const char* op, const Codes& codes, const float* coefficients, int64_t m);

}  // namespace monosem::LEVEL
