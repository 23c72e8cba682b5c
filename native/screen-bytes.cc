#include "screen-bytes.h"

#include "quantised.h"

namespace monosem::LEVEL {

namespace {

constexpr float kLeftoverSlack = 1.01f;
/** In units of the product: its float form and the test are rounded, relative to the largest sum of bytes. */
INLINE float testSlack(int64_t d) { return 2 + 0.0625f * d; }

/** A vector as bytes `value * reciprocal + zero`, four in each of `out`, padded by zeros; what they leave over. */
struct Bytes {
  float reciprocal, zero;
  float leftover, norm, sum;
};

INLINE void toBytes(int32_t* out, int64_t stride, const float* x, int64_t d, Bytes& bytes) {
  vec leftover = zero(), norm = zero(), sum = zero();
  for (int64_t k = 0; k < d; k += W) {
    const vec scaled = (k + W <= d ? load(x + k) : loadPart(x + k, d - k)) * bytes.reciprocal;
    const vec shifted = scaled + kRounder;
    const vec whole = shifted - kRounder, left = scaled - whole;
    leftover += left * left;
    norm += whole * whole;
    sum += whole;
    alignas(64) int32_t lanes[W];
    const ivec values = bits(shifted + bytes.zero);
    memcpy(lanes, &values, sizeof values);
    for (int i = 0; i < W / 4 && k + i * 4 < d; i++) {
      const int32_t* four = lanes + i * 4;
      out[(k / 4 + i) * stride] = static_cast<int32_t>((four[0] & 0xff) | (four[1] & 0xff) << 8 |
                                                       (four[2] & 0xff) << 16 | uint32_t(four[3] & 0xff) << 24);
    }
  }
  bytes.leftover = sqrtf(sumLanes(leftover)) * kLeftoverSlack;
  bytes.norm = sqrtf(sumLanes(norm)) * kLeftoverSlack;
  bytes.sum = sumLanes(sum);
}

INLINE float largestOf(const float* x, int64_t d) {
  vec most = zero();
  for (int64_t k = 0; k < d; k += W) {
    const vec v = k + W <= d ? load(x + k) : loadPart(x + k, d - k);
    most = maximum(most, maximum(v, -v));
  }
  return maximumOfLanes(most);
}

INLINE bool isNonNegative(const float* x, int64_t d) {
  return reduce(x, d, [](vec v) { return v < 0.0f ? v : zero(); }) == 0;
}

/** What a vector of this norm and largest magnitude is multiplied with; 0 where it is left to the exact product. */
INLINE float reciprocalFor(float norm, float largest, float levels) {
  if (norm == 0 || largest == 0) return norm == 0 ? 1 : 0;
  return isScreened(norm) ? levels / largest : 0;
}

/** The products of kByteRows rows and kByteColumns columns. */
INLINE void multiplyBytes(ivec (&sum)[kByteRows][kByteVectors], const int32_t* x, const int32_t* weights,
                          int64_t quads) {
  for (int64_t k = 0; k < quads; k++) {
    ivec right[kByteVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kByteVectors; v++) memcpy(&right[v], weights + (k * kByteVectors + v) * W, sizeof right[v]);
#pragma GCC unroll 12
    for (int r = 0; r < kByteRows; r++) {
      const ivec left = x[k * kByteRows + r] - ivec{};
#pragma GCC unroll 2
      for (int v = 0; v < kByteVectors; v++) addByteProducts(sum[r][v], left, right[v]);
    }
  }
}

/** The bits of the W columns from `at` that can be positive in the row. */
INLINE uint32_t testColumns(ivec sum, const ByteWeights& weights, int64_t at, const ByteRows& rows, int64_t row) {
  vec highest = rows.slacks[row] - load(weights.sums + at) * rows.zeros[row];
  highest += load(weights.norms + at) * rows.leftovers[row];
  highest += load(weights.leftovers + at) * rows.norms[row];
  highest += load(weights.offsets + at) * rows.units[row];
  return positiveLanes(__builtin_convertvector(sum, vec) + highest);
}

void screenPanel(const ByteRows& rows, const ByteWeights& weights, int64_t first, int64_t panel) {
  ivec sum[kByteRows][kByteVectors];
#pragma GCC unroll 12
  for (int r = 0; r < kByteRows; r++)
#pragma GCC unroll 2
    for (int v = 0; v < kByteVectors; v++) sum[r][v] = ivec{};
  multiplyBytes(sum, rows.panels + first * weights.quads(), weights.panels + panel * kByteColumns * weights.quads(),
                weights.quads());
#pragma GCC unroll 12
  for (int r = 0; r < kByteRows; r++) {
    if (first + r >= rows.rows) break;
    uint64_t found = 0;
#pragma GCC unroll 2
    for (int v = 0; v < kByteVectors; v++)
      found |= uint64_t(testColumns(sum[r][v], weights, panel * kByteColumns + v * W, rows, first + r)) << (v * W);
    uint64_t& word = rows.bitsOf(first + r)[panel * kByteColumns / 64];
    const int64_t shift = panel * kByteColumns % 64;
    word = shift == 0 ? found : word | found << shift;
  }
}

}  // namespace

void ByteWeights::lay(Layout& layout) {
  const int64_t padded = panelCount() * kByteColumns;
  panels = layout.take<int32_t>(padded * quads());
  for (float** each : {&offsets, &leftovers, &norms, &sums}) *each = layout.take<float>(padded);
}

bool ByteWeights::quantise(Pool& pool, const float* weights, const float* bias) const {
  parallel(pool, panelCount(), [&](int64_t panel, int) {
    int32_t* to = panels + panel * kByteColumns * quads();
    for (int64_t r = 0; r < kByteColumns; r++) {
      const int64_t column = panel * kByteColumns + r;
      const float* row = weights + least(column, columns - 1) * d;
      const float norm = normOf(row, d);
      Bytes bytes{reciprocalFor(norm, largestOf(row, d), 127), 0, 0, 0, 0};
      toBytes(to + r, kByteColumns, row, d, bytes);
      offsets[column] = column < columns ? offsetOf(row, d, bias[column], bytes.reciprocal) : -INFINITY;
      leftovers[column] = bytes.reciprocal == 0 ? 0 : bytes.leftover + roundingOf(d) * norm * bytes.reciprocal;
      norms[column] = bytes.norm;
      sums[column] = bytes.sum;
    }
  });
  return !hasNaN(offsets, columns);
}

void ByteRows::lay(Layout& layout) {
  nonzeros.lay(layout, rows, d, Segments(d));
  panels = layout.take<int32_t>(roundUp(rows, kByteRows) * divideUp(d, 4));
  for (float** each : {&units, &leftovers, &norms, &zeros, &slacks}) *each = layout.take<float>(rows);
  bits = layout.take<uint64_t>(rows * words());
}

void ByteRows::quantise(const float* x) const {
  listNonzeros(nonzeros, x, rows, Segments(d), d, kStride);
  for (int64_t r = 0; r < rows; r++) {
    const float* row = x + r * d;
    const float norm = normOf(row, d);
    const bool whole = isNonNegative(row, d);
    Bytes bytes{reciprocalFor(norm, largestOf(row, d), whole ? 255 : 127), whole ? 0.0f : 128.0f, 0, 0, 0};
    toBytes(panels + r / kByteRows * kByteRows * divideUp(d, 4) + r % kByteRows, kByteRows, row, d, bytes);
    const bool far = bytes.reciprocal == 0;
    units[r] = far ? 1 : bytes.reciprocal;
    leftovers[r] = far ? 0 : bytes.leftover;
    norms[r] = far ? 0 : norm * bytes.reciprocal;
    zeros[r] = far ? 0 : bytes.zero;
    slacks[r] = far ? kFarBound : testSlack(d);
  }
}

void ByteRows::screen(const ByteWeights& weights) const {
  for (int64_t panel = 0; panel < weights.panelCount(); panel++)
    for (int64_t first = 0; first < rows; first += kByteRows) screenPanel(*this, weights, first, panel);
}

}  // namespace monosem::LEVEL
