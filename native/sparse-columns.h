#pragma once
#include "sparse-codes.h"

namespace monosem::LEVEL {

/** Column i holds entries start[i] .. start[i + 1], rows ascending; an entry is the position b * capacity + k. */
struct Columns {
  int64_t* start;
  int64_t* entries;
  int64_t count(int64_t i) const { return start[i + 1] - start[i]; }
  const int64_t* of(int64_t i) const { return entries + start[i]; }
};

/** The codes' entries by column, in the pool's shared slots 0 to 2. Fails where an index is not below m. */
Columns sortByColumn(Pool& pool, const char* op, const Codes& codes, int64_t m);

/** out[d] += the column's coefficients times its rows of x. */
void addOuterRow(float* out, const int64_t* entries, int64_t count, const float* coefficients, const float* x,
                 int64_t capacity, int64_t d);

}  // namespace monosem::LEVEL
