#pragma once
#include "nonzeros.h"

// Which entries of x weights^T + bias can be positive: a product of 16-bit integers over the non-zeros of x, of which
// the distance from the true product is bounded. What it leaves out is not positive; what it leaves is then computed.
namespace monosem::LEVEL {

/** Lanes of 16 bits; 32-bit lane t of a vector holds two columns of the product, W apart. */
typedef int16_t shorts __attribute__((vector_size(W * 4)));
typedef int16_t shortsAnywhere __attribute__((vector_size(W * 4), aligned(2), may_alias));

constexpr int kScreenVectors = W == 16 ? 4 : 8;
constexpr int kScreenColumns = kScreenVectors * 2 * W;

/** multiplyHigh: a b / 2^kProductShift, at most kProductError below the quotient. */
#if defined(__AVX512BW__)
INLINE shorts multiplyHigh(shorts a, shorts b) { return (shorts)_mm512_mulhrs_epi16((__m512i)a, (__m512i)b); }
constexpr int kProductShift = 15;
constexpr float kProductError = 0.5f;
#elif defined(__AVX2__)
INLINE shorts multiplyHigh(shorts a, shorts b) { return (shorts)_mm256_mulhrs_epi16((__m256i)a, (__m256i)b); }
constexpr int kProductShift = 15;
constexpr float kProductError = 0.5f;
#else
#if defined(__SSE2__)
INLINE shorts multiplyHigh(shorts a, shorts b) { return (shorts)_mm_mulhi_epi16((__m128i)a, (__m128i)b); }
#else
INLINE shorts multiplyHigh(shorts a, shorts b) {
  shorts out;
  for (int i = 0; i < 2 * W; i++) out[i] = static_cast<int16_t>(int32_t(a[i]) * b[i] >> 16);
  return out;
}
#endif
constexpr int kProductShift = 16;
constexpr float kProductError = 1;
#endif

/** Where there is no such instruction a product of floats over the same non-zeros is faster. */
#if defined(__x86_64__)
constexpr bool kScreensShorts = true;
#else
constexpr bool kScreensShorts = false;
#endif

/** In wider vectors the rounding errors of the products would fill 16 bits. */
constexpr int64_t kWidestScreened = 8192;

/** Weights [columns, d] in 16 bits, in tiles of kScreenColumns columns, and the bias in units of the product. */
struct ShortWeights {
  int16_t* tiles;
  float* offsets;
  int64_t columns, d;
  int64_t tileCount() const { return divideUp(columns, kScreenColumns); }
  void lay(Layout& layout);
  /** False when a weight or a bias is not finite. */
  bool quantise(Pool& pool, const float* weights, const float* bias) const;
};

/** Rows of x in 16 bits with their bounds, and a bit for each column that can be positive. */
struct ShortRows {
  static constexpr int32_t kStride = kScreenColumns;
  Nonzeros nonzeros;  // places are columns times kStride
  int32_t* pairs;     // the quantised value twice
  float *units, *bounds;
  int16_t* sums;
  uint64_t* bits;
  int64_t rows, d, columns;
  void lay(Layout& layout);
  void quantise(const float* x) const;
  void screen(const ShortWeights& weights) const;
  int64_t words() const { return divideUp(columns, kScreenColumns) * (kScreenColumns / 64); }
  uint64_t* bitsOf(int64_t row) const { return bits + row * words(); }
};

}  // namespace monosem::LEVEL
