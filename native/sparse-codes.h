#pragma once
#include "vector.h"

namespace monosem::LEVEL {

/** The first five numbers of every op on sparse codes: indices, values [B, capacity], counts [B], B, capacity. */
struct Codes {
  int32_t* indices;
  float* values;
  int32_t* counts;
  int64_t B, capacity;
  explicit Codes(const Arguments& arguments)
      : indices(arguments.ints(0)), values(arguments.floats(1)), counts(arguments.ints(2)), B(arguments.size(3)),
        capacity(arguments.size(4)) {}
  int64_t count(int64_t b) const { return least(counts[b], capacity); }
};

constexpr int kCodesArguments = 5;

/** Appends the positive ones of n values, the first with index `first`, to row b; returns the row's new count. */
INLINE int64_t appendPositive(const Codes& codes, int64_t b, int64_t count, const float* row, int64_t n,
                              int64_t first) {
  int32_t* indices = codes.indices + b * codes.capacity;
  float* values = codes.values + b * codes.capacity;
  for (int64_t i = 0; i < n; i += W) {
    uint32_t mask = positiveLanes(i + W <= n ? load(row + i) : loadPart(row + i, n - i));
    for (; mask != 0; mask &= mask - 1, count++) {
      if (count >= codes.capacity) {
        count += __builtin_popcount(mask);
        break;
      }
      const int64_t lane = i + __builtin_ctz(mask);
      indices[count] = static_cast<int32_t>(first + lane);
      values[count] = row[lane];
    }
  }
  return count;
}

}  // namespace monosem::LEVEL
