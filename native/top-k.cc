#include "sparse-codes.h"

// Rows of m numbers brought to sparse codes.
namespace monosem::LEVEL {

namespace {

/** Keeps entries i of the row for which keep(i), and returns their number. */
template <class F>
int64_t keepWhere(const Codes& codes, int64_t b, const float* row, int64_t m, const F& keep) {
  int64_t count = 0;
  for (int64_t i = 0; i < m; i++) {
    if (!keep(i)) continue;
    if (count < codes.capacity) {
      codes.indices[b * codes.capacity + count] = static_cast<int32_t>(i);
      codes.values[b * codes.capacity + count] = row[i];
    }
    count++;
  }
  return count;
}

int64_t appendFrom(const Codes& codes, int64_t b, const float* row, int64_t m, float threshold) {
  return keepWhere(codes, b, row, m, [&](int64_t i) { return row[i] > 0 && row[i] >= threshold; });
}

/** Positive floats are ordered as their bits are. */
uint32_t bitsOf(float value) {
  uint32_t pattern;
  memcpy(&pattern, &value, sizeof pattern);
  return pattern;
}

/** The `rank`-th largest positive one of n numbers, from 1; 0 where there are fewer. */
float largest(const float* numbers, int64_t n, int64_t rank) {
  uint32_t found = 0;
  for (int bit = 30; bit >= 0; bit--) {
    const uint32_t tried = found | uint32_t(1) << bit;
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) count += numbers[i] > 0 && bitsOf(numbers[i]) >= tried;
    if (count >= rank) found = tried;
  }
  float value;
  memcpy(&value, &found, sizeof value);
  return value;
}

}  // namespace

/** compact(codes ..., dense, m, threshold or 0) */
void compact(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  const float* dense = arguments.floats(kCodesArguments);
  const int64_t m = arguments.size(kCodesArguments + 1);
  const float* threshold = arguments.floats(kCodesArguments + 2);
  parallelBlocks(pool, codes.B, rowsPerTask(m), [&](int64_t begin, int64_t end, int) {
    for (int64_t b = begin; b < end; b++) {
      const float* row = dense + b * m;
      codes.counts[b] = static_cast<int32_t>(threshold == nullptr ? appendPositive(codes, b, 0, row, m, 0)
                                                                  : appendFrom(codes, b, row, m, *threshold));
    }
  });
}

/** selectTopK(codes ..., dense, m, k) */
void selectTopK(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  const float* dense = arguments.floats(kCodesArguments);
  const int64_t m = arguments.size(kCodesArguments + 1), k = arguments.size(kCodesArguments + 2);
  parallelBlocks(pool, codes.B, rowsPerTask(m), [&](int64_t begin, int64_t end, int) {
    for (int64_t b = begin; b < end; b++) {
      const float* row = dense + b * m;
      const float last = largest(row, m, k);
      int64_t equal = k;
      for (int64_t i = 0; i < m; i++) equal -= row[i] > last;
      codes.counts[b] = static_cast<int32_t>(keepWhere(codes, b, row, m, [&](int64_t i) {
        return row[i] > last || (row[i] > 0 && row[i] == last && equal-- > 0);
      }));
    }
  });
}

/** batchTopKThreshold(out, dense, n, count) */
void batchTopKThreshold(Pool&, const Arguments& arguments) {
  const float* dense = arguments.floats(1);
  const int64_t n = arguments.size(2);
  int64_t positive = 0;
  for (int64_t i = 0; i < n; i++) positive += dense[i] > 0;
  arguments.floats(0)[0] = positive == 0 ? 0 : largest(dense, n, least(positive, arguments.size(3)));
}

}  // namespace monosem::LEVEL
