#include "encoder.h"
#include "screen.h"

// The candidates of the screening are computed in the order of the whole product, one chain of sums for each.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kMostRows = 128, kFewestRows = 32;  // in one task
constexpr int64_t kScreenedWeights = int64_t(4) << 20;  // at once: they and their floats stay in a cache of 32 MB
constexpr int64_t kSampledRows = 8;
constexpr int kChains = 8;

/** Columns of the product and their exact values. */
struct Candidates {
  int32_t* columns;
  float* values;
  int64_t count = 0;
};

struct TaskScratch {
  ScreenedRows rows;
  Candidates candidates;
  void lay(Layout& layout) {
    rows.lay(layout);
    candidates.columns = layout.take<int32_t>(rows.words() * 64 + kChains);
    candidates.values = layout.take<float>(rows.words() * 64 + kChains);
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
__attribute__((noinline)) void multiplyChains(float (&totals)[kChains], const float* const (&columns)[kChains], const Nonzeros& nonzeros,
                           const Segments& segments, int64_t row) {
  const int32_t* cuts = nonzeros.cutsOf(row);
  for (int64_t block = 0; block < segments.blocks.count; block++, cuts += segments.perBlock) {
    float sums[kChains] = {};
    for (int64_t i = cuts[0]; i < cuts[segments.perBlock]; i++) {
      const float x = nonzeros.values[i];
      const uint32_t k = static_cast<uint32_t>(nonzeros.places[i]) / kScreenColumns;
#pragma GCC unroll 8
      for (int c = 0; c < kChains; c++) addProduct(sums[c], x, columns[c][k]);
    }
    for (int c = 0; c < kChains; c++) totals[c] = block == 0 ? sums[c] : totals[c] + sums[c];
  }
}

struct ScreenedEncoder : EncoderInputs {
  Segments segments;
  ScreenedWeights screened;
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

  TaskScratch scratchOf(Pool& pool, int thread, int64_t rows) const {
    TaskScratch scratch;
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
    const ScreenedRows rows = scratchOf(pool, 0, count).rows;
    rows.quantise(sampled);
    rows.screen(screened, 0, screened.tileCount());
    int64_t found = 0;
    for (int64_t w = 0; w < count * rows.words(); w++) found += __builtin_popcountll(rows.bits[w]);
    return double(found) / count;
  }

  void encode(Pool& pool, int thread, int64_t first, int64_t end) const {
    TaskScratch scratch = scratchOf(pool, thread, end - first);
    scratch.rows.quantise(x + first * d);
    scratch.rows.screen(screened, 0, screened.tileCount());
    for (int64_t b = first; b < end; b++) {
      listCandidates(scratch.candidates, scratch.rows.bitsOf(b - first), scratch.rows.words());
      compute(scratch.candidates, scratch.rows.nonzeros, b - first);
      append(scratch.candidates, b);
    }
  }

  void compute(Candidates& candidates, const Nonzeros& nonzeros, int64_t row) const {
    for (int64_t i = 0; i < candidates.count; i += kChains) {
      const float* columns[kChains];
      float totals[kChains];
      for (int64_t c = 0; c < kChains; c++)
        columns[c] = weights + (from + candidates.columns[least(i + c, candidates.count - 1)]) * d;
      multiplyChains(totals, columns, nonzeros, segments, row);
      memcpy(candidates.values + i, totals, sizeof totals);
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

}  // namespace

bool encodeScreened(Pool& pool, const EncoderInputs& inputs, double mostCandidates) {
  ScreenedEncoder encoder(inputs);
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

}  // namespace monosem::LEVEL
