#include "screen-shorts.h"

#include "quantised.h"

namespace monosem::LEVEL {

namespace {

constexpr float kElementError = 0.51f;  // of a quantised element, in its own unit
constexpr float kTestSlack = 0.5f;      // roundings of the test itself

INLINE vec absolute(vec v) { return maximum(v, -v); }

/** The norm of quantised vectors: the product of two, shifted, stays within 16 bits, errors included. */
INLINE float quantisedNorm(int64_t d) {
  const float room = sqrtf((32767 - d) * float(1 << kProductShift));
  return fminf(room - sqrtf(d) - 2, 32766);
}

/** What a vector is multiplied with to be quantised; 0 where its norm is out of the range of the bounds. */
INLINE float reciprocalUnit(float norm, int64_t d) {
  if (norm == 0) return 1;
  return isScreened(norm) ? quantisedNorm(d) / norm : 0;
}

/** The weights of one vector of a tile: 2 W columns of the product. */
struct ColumnGroup {
  const float* rows[2 * W];
  alignas(64) float reciprocals[2 * W];
};

void quantiseGroup(int16_t* to, const ColumnGroup& group, int64_t d) {
  const vec forLow = load(group.reciprocals), forHigh = load(group.reciprocals + W);
  for (int64_t k = 0; k < d; k += W) {
    vec low[W], high[W];
    const int64_t n = least(W, d - k);
#pragma GCC unroll 16
    for (int r = 0; r < W; r++) {
      low[r] = n == W ? load(group.rows[r] + k) : loadPart(group.rows[r] + k, n);
      high[r] = n == W ? load(group.rows[W + r] + k) : loadPart(group.rows[W + r] + k, n);
    }
    transpose(low);
    transpose(high);
#pragma GCC unroll 16
    for (int i = 0; i < W; i++) {
      if (i >= n) break;
      const ivec pairs = (rounded(low[i] * forLow) & 0xffff) | (rounded(high[i] * forHigh) << 16);
      memcpy(to + (k + i) * kScreenColumns, &pairs, sizeof pairs);
    }
  }
}

INLINE shorts loadShorts(const int16_t* p) { return *reinterpret_cast<const shortsAnywhere*>(p); }

/** Adds a row's products with a tile of weights. */
INLINE void addProducts(shorts (&sum)[kScreenVectors], const int16_t* tile, const int32_t* places,
                        const int32_t* pairs, int64_t n) {
#pragma GCC unroll 2
  for (int64_t i = 0; i < n; i++) {
    const shorts x = (shorts)(pairs[i] - ivec{});
    const int16_t* weights = tile + places[i];
#pragma GCC unroll 8
    for (int v = 0; v < kScreenVectors; v++)
      sum[v] += multiplyHigh(x, loadShorts(weights + v * 2 * W));
  }
}

/** Sets the bits of the columns for which sum, offset and bound together are positive. */
INLINE void testColumns(uint64_t* words, const shorts (&sum)[kScreenVectors], const float* offsets, float unit,
                        float bound) {
  const auto test = [&](ivec sums, int at) {
    const vec highest = __builtin_convertvector(sums, vec) + (load(offsets + at) * unit + bound);
    return uint64_t(positiveLanes(highest)) << (at % 64);
  };
#pragma GCC unroll 2
  for (int w = 0; w < kScreenColumns / 64; w++) {
    uint64_t word = 0;
#pragma GCC unroll 16
    for (int at = w * 64; at < (w + 1) * 64; at += 2 * W) {
      const ivec both = (ivec)sum[at / (2 * W)];
      word |= test((both << 16) >> 16, at) | test(both >> 16, at + W);
    }
    words[w] = word;
  }
}

/** One segment of the rows' products with a tile; their sums wait in memory from the first to the last segment. */
template <bool First, bool Last>
void screenSegment(const ShortRows& rows, const ShortWeights& weights, int64_t tile, int64_t segment) {
  const int16_t* columns = weights.tiles + tile * kScreenColumns * weights.d;
  const float* offsets = weights.offsets + tile * kScreenColumns;
  uint64_t* words = rows.bits + tile * (kScreenColumns / 64);
  for (int64_t r = 0; r < rows.rows; r++) {
    int16_t* kept = rows.sums + r * kScreenColumns;
    shorts sum[kScreenVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kScreenVectors; v++) sum[v] = First ? shorts{} : loadShorts(kept + v * 2 * W);
    const int32_t* cuts = rows.nonzeros.cutsOf(r) + segment;
    addProducts(sum, columns, rows.nonzeros.places + cuts[0], rows.pairs + cuts[0], cuts[1] - cuts[0]);
    if (Last) testColumns(words + r * rows.words(), sum, offsets, rows.units[r], rows.bounds[r]);
#pragma GCC unroll 8
    for (int v = 0; v < kScreenVectors && !Last; v++)
      *reinterpret_cast<shortsAnywhere*>(kept + v * 2 * W) = sum[v];
  }
}

}  // namespace

void ShortWeights::lay(Layout& layout) {
  tiles = layout.take<int16_t>(tileCount() * kScreenColumns * d);
  offsets = layout.take<float>(tileCount() * kScreenColumns);
}

bool ShortWeights::quantise(Pool& pool, const float* weights, const float* bias) const {
  parallel(pool, tileCount() * kScreenVectors, [&](int64_t task, int) {
    ColumnGroup group;
    for (int64_t r = 0; r < 2 * W; r++) {
      const int64_t column = task * 2 * W + r;
      const bool present = column < columns;
      group.rows[r] = weights + (present ? column * d : 0);
      group.reciprocals[r] = present ? reciprocalUnit(normOf(group.rows[r], d), d) : 0;
      offsets[column] = present ? offsetOf(group.rows[r], d, bias[column], group.reciprocals[r]) : -INFINITY;
    }
    const int64_t tile = task / kScreenVectors, vector = task % kScreenVectors;
    quantiseGroup(tiles + tile * kScreenColumns * d + vector * 2 * W, group, d);
  });
  return !hasNaN(offsets, columns);
}

void ShortRows::lay(Layout& layout) {
  nonzeros.lay(layout, rows, d, Segments(d));
  pairs = layout.take<int32_t>(rows * d + W);
  units = layout.take<float>(rows);
  bounds = layout.take<float>(rows);
  sums = layout.take<int16_t>(rows * kScreenColumns);
  bits = layout.take<uint64_t>(rows * words());
}

/**
 * In units of the product of a row's and a column's unit, 2^kProductShift: the weights' errors are at most half a unit
 * for each non-zero, those of x meet the weights by Cauchy and Schwarz, each product is cut, and the exact product is
 * itself rounded (2 n roundings relative to the product of the norms).
 */
void ShortRows::quantise(const float* x) const {
  listNonzeros(nonzeros, x, rows, Segments(d), d, kStride);
  const float length = quantisedNorm(d);
  for (int64_t r = 0; r < rows; r++) {
    const int64_t begin = nonzeros.begin(r), n = nonzeros.end(r) - begin;
    const float* values = nonzeros.values + begin;
    const float reciprocal = reciprocalUnit(normOf(values, n), d);
    for (int64_t i = 0; i < n; i += W) {
      const vec v = i + W <= n ? load(values + i) : loadPart(values + i, n - i);
      const ivec low = rounded(v * reciprocal) & 0xffff, pair = low | (low << 16);
      memcpy(pairs + begin + i, &pair, sizeof pair);
    }
    const float absoluteSum = reduce(values, n, absolute) * reciprocal;
    const float ofWeights = kElementError * absoluteSum, ofX = (length + sqrtf(d)) * kElementError * sqrtf(n);
    const float ofRounding = roundingOf(n) * length * length;
    const float shifted = (ofWeights + ofX + ofRounding) * kNormSlack / (1 << kProductShift);
    units[r] = reciprocal == 0 ? 1 : reciprocal / (1 << kProductShift);
    bounds[r] = reciprocal == 0 ? kFarBound : shifted + kProductError * n + kTestSlack;
  }
}

void ShortRows::screen(const ShortWeights& weights) const {
  const int64_t last = nonzeros.segments - 1;
  for (int64_t tile = 0; tile < weights.tileCount(); tile++)
    for (int64_t s = 0; s <= last; s++) {
      if (last == 0) screenSegment<true, true>(*this, weights, tile, s);
      else if (s == 0) screenSegment<true, false>(*this, weights, tile, s);
      else if (s < last) screenSegment<false, false>(*this, weights, tile, s);
      else screenSegment<false, true>(*this, weights, tile, s);
    }
}

}  // namespace monosem::LEVEL
