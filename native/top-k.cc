#include <float.h>

#include "sparse-codes.h"

// Rows of m numbers brought to sparse codes. Denormals count as zero, so FLT_MIN is the smallest positive number.
namespace monosem::LEVEL {

namespace {

/** Bit i is set where lane i is not below `least`: NaN is below nothing. */
INLINE uint32_t lanesFrom(vec v, vec least) { return positiveLanes(v < least ? zero() : broadcast(1)); }

/** visit(first, mask) for each vector of n numbers with lanes from `least` > 0 on. */
template <class F>
INLINE void eachFrom(const float* numbers, int64_t n, float least, const F& visit) {
  const vec limit = broadcast(least);
  for (int64_t i = 0; i < n; i += W) {
    const uint32_t mask = lanesFrom(i + W <= n ? load(numbers + i) : loadPart(numbers + i, n - i), limit);
    if (mask != 0) visit(i, mask);
  }
}

int64_t countFrom(const float* numbers, int64_t n, float least) {
  int64_t count = 0;
  eachFrom(numbers, n, least, [&](int64_t, uint32_t mask) { count += __builtin_popcount(mask); });
  return count;
}

/**
 * The `rank`-th largest of n numbers, found bit by bit as positive floats are ordered as their bits; 0 where it is not
 * positive, infinity where it is NaN.
 */
float largest(const float* numbers, int64_t n, int64_t rank) {
  float found = 0;
  for (int bit = 30; bit >= 0; bit--) {
    uint32_t pattern;
    memcpy(&pattern, &found, sizeof pattern);
    pattern |= uint32_t(1) << bit;
    float tried;
    memcpy(&tried, &pattern, sizeof tried);
    if (tried <= INFINITY && countFrom(numbers, n, tried) >= rank) found = tried;
  }
  return found;
}

/** The positive numbers of a row from some limit on, with their indices, ascending. */
struct Candidates {
  float* values;
  int32_t* indices;
  int64_t count;

  void collect(const float* row, int64_t m, float least) {
    count = 0;
    eachFrom(row, m, least, [&](int64_t first, uint32_t mask) {
      for (; mask != 0; mask &= mask - 1, count++) {
        const int64_t i = first + __builtin_ctz(mask);
        values[count] = row[i];
        indices[count] = static_cast<int32_t>(i);
      }
    });
  }
};

/** Number of groups of numbers of which the maxima are taken: enough to have the k largest mostly apart. */
int64_t countGroups(int64_t k) { return roundUp(4 * k, W); }

/** A number that the k-th largest of the row is not below: the k-th largest of the groups' maxima, which leave NaN out. */
float boundFromBelow(const float* row, int64_t m, int64_t k, float* maxima) {
  const int64_t groups = countGroups(k);
  if (groups > m / 4) return FLT_MIN;
  memset(maxima, 0, groups * sizeof(float));
  for (int64_t i = 0, g = 0; i < m; i += W, g = g + W == groups ? 0 : g + W)
    store(maxima + g, maximum(load(maxima + g), i + W <= m ? load(row + i) : loadPart(row + i, m - i)));
  const float bound = largest(maxima, groups, k);
  return bound < FLT_MIN ? FLT_MIN : bound;
}

/** Writes the candidates for which keep(c) to row b, and their number. */
template <class F>
void keepWhere(const Codes& codes, int64_t b, const Candidates& candidates, const F& keep) {
  int64_t count = 0;
  for (int64_t c = 0; c < candidates.count; c++) {
    if (!keep(candidates.values[c])) continue;
    if (count < codes.capacity) {
      codes.indices[b * codes.capacity + count] = candidates.indices[c];
      codes.values[b * codes.capacity + count] = candidates.values[c];
    }
    count++;
  }
  codes.counts[b] = static_cast<int32_t>(count);
}

/** keep(row b, its candidates) for each of B rows of m numbers in parallel, with room for `extra` floats. */
template <class F>
void eachRow(Pool& pool, const Codes& codes, const float* dense, int64_t m, int64_t extra, const F& keep) {
  parallelBlocks(pool, codes.B, rowsPerTask(m), [&](int64_t begin, int64_t end, int thread) {
    float* scratch = static_cast<float*>(pool.local(thread, (2 * m + extra) * sizeof(float)));
    Candidates candidates{scratch + extra, reinterpret_cast<int32_t*>(scratch + extra + m), 0};
    for (int64_t b = begin; b < end; b++) keep(b, dense + b * m, candidates, scratch);
  });
}

constexpr int64_t kSampled = 61;  // every so manieth vector, prime so that all columns are among them

/** A guess that somewhat more than `rank` of n numbers reach; FLT_MIN where there are too few to guess from. */
float guessFromSample(Pool& pool, const float* numbers, int64_t n, int64_t rank) {
  const int64_t vectors = n / W / kSampled, wanted = rank / kSampled;
  if (wanted < 32) return FLT_MIN;
  float* sample = static_cast<float*>(pool.shared(0, vectors * W * sizeof(float)));
  for (int64_t i = 0; i < vectors; i++) store(sample + i * W, load(numbers + i * kSampled * W));
  const float guess = largest(sample, vectors * W, wanted + wanted / 4);
  return guess < FLT_MIN ? FLT_MIN : guess;
}

/** places[i] = how many of the blocks before i reach `least`; returns how many of all do. */
int64_t countBlocks(Pool& pool, const float* numbers, int64_t n, float least, int64_t* places) {
  parallelBlocks(pool, n, kElementBlock, [&](int64_t begin, int64_t end, int) {
    places[begin / kElementBlock] = countFrom(numbers + begin, end - begin, least);
  });
  int64_t total = 0;
  for (int64_t i = 0; i < divideUp(n, kElementBlock); i++) {
    const int64_t count = places[i];
    places[i] = total;
    total += count;
  }
  return total;
}

}  // namespace

/** compact(codes ..., dense, m, threshold or 0) */
void compact(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  const float* dense = arguments.floats(kCodesArguments);
  const int64_t m = arguments.size(kCodesArguments + 1);
  const float* threshold = arguments.floats(kCodesArguments + 2);
  if (threshold != nullptr && *threshold >= FLT_MIN) {
    eachRow(pool, codes, dense, m, 0, [&](int64_t b, const float* row, Candidates& candidates, float*) {
      candidates.collect(row, m, *threshold);
      keepWhere(codes, b, candidates, [](float) { return true; });
    });
    return;
  }
  parallelBlocks(pool, codes.B, rowsPerTask(m), [&](int64_t begin, int64_t end, int) {
    for (int64_t b = begin; b < end; b++)
      codes.counts[b] = static_cast<int32_t>(appendPositive(codes, b, 0, dense + b * m, m, 0));
  });
}

/** selectTopK(codes ..., dense, m, k) */
void selectTopK(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  const int64_t m = arguments.size(kCodesArguments + 1), k = least(m, arguments.size(kCodesArguments + 2));
  eachRow(pool, codes, arguments.floats(kCodesArguments), m, countGroups(k),
          [&](int64_t b, const float* row, Candidates& candidates, float* maxima) {
            candidates.collect(row, m, boundFromBelow(row, m, k, maxima));
            const float last = largest(candidates.values, candidates.count, k);
            int64_t above = k, equal = k;
            for (int64_t c = 0; c < candidates.count; c++) equal -= !(candidates.values[c] <= last);
            keepWhere(codes, b, candidates, [&](float value) {
              return value <= last ? value == last && equal-- > 0 : above-- > 0;
            });
          });
}

/** batchTopKThreshold(out, dense, n, count) */
void batchTopKThreshold(Pool& pool, const Arguments& arguments) {
  const float* dense = arguments.floats(1);
  const int64_t n = arguments.size(2), count = arguments.size(3);
  int64_t* places = static_cast<int64_t*>(pool.shared(1, most(1, divideUp(n, kElementBlock)) * sizeof(int64_t)));
  float from = guessFromSample(pool, dense, n, count);
  int64_t total = countBlocks(pool, dense, n, from, places);
  if (total < count && from > FLT_MIN) {
    from = FLT_MIN;
    total = countBlocks(pool, dense, n, from, places);
  }
  float* candidates = static_cast<float*>(pool.shared(2, most(1, total) * sizeof(float)));
  parallelBlocks(pool, n, kElementBlock, [&](int64_t begin, int64_t end, int) {
    float* next = candidates + places[begin / kElementBlock];
    eachFrom(dense + begin, end - begin, from, [&](int64_t first, uint32_t mask) {
      for (; mask != 0; mask &= mask - 1) *next++ = dense[begin + first + __builtin_ctz(mask)];
    });
  });
  arguments.floats(0)[0] = total == 0 ? 0 : largest(candidates, total, least(total, count));
}

}  // namespace monosem::LEVEL
