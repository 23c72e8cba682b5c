#pragma once
#include "nonzeros.h"

// The screening for dense x, by a product of bytes where the processor has an instruction for it; its distance from the
// true product is bounded by the norms of what the bytes leave over (Cauchy and Schwarz).
namespace monosem::LEVEL {

#if defined(__AVX512BW__)
constexpr bool kScreensBytes = true;
/** Each 32-bit lane of sum += the four products of the unsigned bytes of a and the signed bytes of b. */
INLINE void addByteProducts(ivec& sum, ivec a, ivec b) { __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b)); }
INLINE bool multipliesBytes() { return __builtin_cpu_supports("avx512vnni"); }
#else
constexpr bool kScreensBytes = false;
INLINE void addByteProducts(ivec& sum, ivec a, ivec b) {
  for (int shift = 0; shift < 32; shift += 8) sum += ((a >> shift) & 0xff) * ((b << (24 - shift)) >> 24);
}
INLINE bool multipliesBytes() { return false; }
#endif

constexpr int kByteVectors = 2, kByteColumns = kByteVectors * W;
constexpr int kByteRows = 12;  // with the weights, what fits the registers

/** Weights [columns, d] as signed bytes, in panels of kByteColumns columns, and what the test of a column needs. */
struct ByteWeights {
  int32_t* panels;  // four bytes of a column together
  float *offsets, *leftovers, *norms, *sums;
  int64_t columns, d;
  int64_t quads() const { return divideUp(d, 4); }
  int64_t panelCount() const { return divideUp(columns, kByteColumns); }
  void lay(Layout& layout);
  /** False when a weight or a bias is not finite. */
  bool quantise(Pool& pool, const float* weights, const float* bias) const;
};

/** Rows of x as unsigned bytes with what their test needs, and a bit for each column that can be positive. */
struct ByteRows {
  static constexpr int32_t kStride = 1;
  Nonzeros nonzeros;
  int32_t* panels;
  float *units, *leftovers, *norms, *zeros, *slacks;
  uint64_t* bits;
  int64_t rows, d, columns;
  void lay(Layout& layout);
  void quantise(const float* x) const;
  void screen(const ByteWeights& weights) const;
  int64_t words() const { return divideUp(columns, 64); }
  uint64_t* bitsOf(int64_t row) const { return bits + row * words(); }
};

}  // namespace monosem::LEVEL
