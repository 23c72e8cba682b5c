#include "encoder.h"
#include "screen-bytes.h"
#include "screen-shorts.h"

// The candidates of the screening are computed in the order of the whole product, one chain of sums for each.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kMostRows = 256, kFewestRows = 32;  // in one task
constexpr int64_t kScreenedWeights = int64_t(4) << 20;  // at once: they and their floats stay in a cache of 32 MB
constexpr int64_t kSampledRows = 8;
constexpr int kChains = 8;
constexpr int kMostTogether = kChains > W ? kChains : W;
constexpr int64_t kDenseSteps = 2;  // of the whole row for one of its non-zeros

/** Columns of the product and their exact values. */
struct Candidates {
  int32_t* columns;
  float* values;
  int64_t count = 0;
};

template <class Rows>
struct TaskScratch {
  Rows rows;
  Candidates candidates;
  void lay(Layout& layout) {
    rows.lay(layout);
    candidates.columns = layout.take<int32_t>(rows.words() * 64 + kMostTogether);
    candidates.values = layout.take<float>(rows.words() * 64 + kMostTogether);
  }
};

/** sum += a b as the vectors of this level add it, and not made part of a vector by the compiler. */
INLINE void addProduct(float& sum, float a, float b) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  sum = __builtin_fmaf(a, b, sum);
#else
  sum += a * b;
#endif
#if defined(__x86_64__)
  __asm__("" : "+x"(sum));
#endif
}

/** The row's columns of which the bits are set. */
INLINE void listCandidates(Candidates& candidates, const uint64_t* words, int64_t count) {
  candidates.count = 0;
  for (int64_t w = 0; w < count; w++)
    for (uint64_t word = words[w]; word != 0; word &= word - 1)
      candidates.columns[candidates.count++] = static_cast<int32_t>(w * 64 + __builtin_ctzll(word));
}

/** The row's product with kChains columns, without the bias. */
template <int32_t Stride>
__attribute__((noinline)) void multiplyChains(float* totals, const float* const* columns,
                                              const Nonzeros& nonzeros, const Segments& segments, int64_t row) {
  const int32_t* cuts = nonzeros.cutsOf(row);
  for (int64_t block = 0; block < segments.blocks.count; block++, cuts += segments.perBlock) {
    float sums[kChains] = {};
    for (int64_t i = cuts[0]; i < cuts[segments.perBlock]; i++) {
      const float x = nonzeros.values[i];
      const uint32_t k = static_cast<uint32_t>(nonzeros.places[i]) / Stride;
#pragma GCC unroll 8
      for (int c = 0; c < kChains; c++) addProduct(sums[c], x, columns[c][k]);
    }
    for (int c = 0; c < kChains; c++) totals[c] = block == 0 ? sums[c] : totals[c] + sums[c];
  }
}

/** The product of a row x with W columns, without the bias, a column in each lane. */
INLINE void multiplyLanes(float* totals, const float* const* columns, const float* x, const Panels& blocks) {
  vec total = zero();
  for (int64_t block = 0; block < blocks.count; block++) {
    vec sum = zero();
    const int64_t end = blocks.start(block + 1);
    for (int64_t k = blocks.start(block); k < end; k += W) {
      vec part[W];
      const int64_t n = least(W, end - k);
#pragma GCC unroll 16
      for (int c = 0; c < W; c++) part[c] = n == W ? load(columns[c] + k) : loadPart(columns[c] + k, n);
      transpose(part);
#pragma GCC unroll 16
      for (int i = 0; i < W; i++)
        if (i < n) sum += x[k + i] * part[i];
    }
    total = block == 0 ? sum : total + sum;
  }
  store(totals, total);
}

template <class Weights, class Rows>
struct ScreenedEncoder : EncoderInputs {
  Segments segments;
  Weights screened;
  int64_t from = 0;

  explicit ScreenedEncoder(const EncoderInputs& inputs) : EncoderInputs(inputs), segments(d) {}

  int64_t columnsAtOnce() const { return most(1, kScreenedWeights / d / kScreenColumns) * kScreenColumns; }

  bool quantise(Pool& pool, int64_t first) {
    from = first;
    screened.columns = least(columnsAtOnce(), m - from);
    screened.d = d;
    layOut(screened, [&](size_t bytes) { return pool.shared(0, bytes); });
    return screened.quantise(pool, weights + from * d, bias + from);
  }

  TaskScratch<Rows> scratchOf(Pool& pool, int thread, int64_t rows) const {
    TaskScratch<Rows> scratch;
    scratch.rows.rows = rows;
    scratch.rows.d = d;
    scratch.rows.columns = screened.columns;
    layOut(scratch, [&](size_t bytes) { return pool.local(thread, bytes); });
    return scratch;
  }

  /** Candidates of an average row among the weights quantised. */
  double sample(Pool& pool) const {
    const int64_t count = least(kSampledRows, codes.B);
    float* sampled = static_cast<float*>(pool.shared(1, count * d * sizeof(float)));
    for (int64_t i = 0; i < count; i++) memcpy(sampled + i * d, x + i * codes.B / count * d, d * sizeof(float));
    const Rows rows = scratchOf(pool, 0, count).rows;
    rows.quantise(sampled);
    rows.screen(screened);
    int64_t found = 0;
    for (int64_t w = 0; w < count * rows.words(); w++) found += __builtin_popcountll(rows.bits[w]);
    return double(found) / count;
  }

  void encode(Pool& pool, int thread, int64_t first, int64_t end) const {
    TaskScratch<Rows> scratch = scratchOf(pool, thread, end - first);
    scratch.rows.quantise(x + first * d);
    scratch.rows.screen(screened);
    for (int64_t b = first; b < end; b++) {
      listCandidates(scratch.candidates, scratch.rows.bitsOf(b - first), scratch.rows.words());
      compute(scratch.candidates, scratch.rows.nonzeros, b - first, b);
      append(scratch.candidates, b);
    }
  }

  const float* columnOf(const Candidates& candidates, int64_t i) const {
    return weights + (from + candidates.columns[least(i, candidates.count - 1)]) * d;
  }

  /** Over the row's non-zeros, or over all of it, whichever is fewer steps. */
  void compute(Candidates& candidates, const Nonzeros& nonzeros, int64_t row, int64_t b) const {
    const bool dense = kDenseSteps * (nonzeros.end(row) - nonzeros.begin(row)) > d;
    const int64_t together = dense ? W : kChains;
    for (int64_t i = 0; i < candidates.count; i += together) {
      const float* columns[kMostTogether];
      for (int64_t c = 0; c < together; c++) columns[c] = columnOf(candidates, i + c);
      if (dense) multiplyLanes(candidates.values + i, columns, x + b * d, segments.blocks);
      else multiplyChains<Rows::kStride>(candidates.values + i, columns, nonzeros, segments, row);
    }
  }

  void append(const Candidates& candidates, int64_t b) const {
    int64_t count = from == 0 ? 0 : codes.counts[b];
    for (int64_t i = 0; i < candidates.count; i++) {
      const int64_t column = from + candidates.columns[i];
      const float value = candidates.values[i] + bias[column];
      if (value <= 0) continue;
      if (count < codes.capacity) {
        codes.indices[b * codes.capacity + count] = static_cast<int32_t>(column);
        codes.values[b * codes.capacity + count] = value;
      }
      count++;
    }
    codes.counts[b] = static_cast<int32_t>(count);
  }
};

template <class Weights, class Rows>
bool encodeBy(Pool& pool, const EncoderInputs& inputs, double mostCandidates) {
  ScreenedEncoder<Weights, Rows> encoder(inputs);
  const int64_t atOnce = least(encoder.columnsAtOnce(), inputs.m);
  const int64_t rows = least(kMostRows, most(kFewestRows, divideUp(inputs.codes.B, 4 * pool.threads())));
  for (int64_t from = 0; from < inputs.m; from += atOnce) {
    if (!encoder.quantise(pool, from)) return false;
    if (from == 0 && encoder.sample(pool) * inputs.m > mostCandidates * atOnce) return false;
    parallelBlocks(pool, inputs.codes.B, rows,
                   [&](int64_t begin, int64_t end, int thread) { encoder.encode(pool, thread, begin, end); });
  }
  return true;
}

}  // namespace

bool encodeByShorts(Pool& pool, const EncoderInputs& inputs, double mostCandidates) {
  return encodeBy<ShortWeights, ShortRows>(pool, inputs, mostCandidates);
}

bool encodeByBytes(Pool& pool, const EncoderInputs& inputs, double mostCandidates) {
  return encodeBy<ByteWeights, ByteRows>(pool, inputs, mostCandidates);
}

}  // namespace monosem::LEVEL
