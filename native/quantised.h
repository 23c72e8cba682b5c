#pragma once
#include "vector.h"

// What both screenings share: norms with room for their rounding, and rounding to integers.
namespace monosem::LEVEL {

constexpr float kNormSlack = 1 + 0x1p-11f;
constexpr float kSmallestNorm = 0x1p-40f, kLargestNorm = 0x1p40f;  // those beyond are left to the exact product
constexpr float kFarOffset = 1e30f, kFarBound = 1e38f;
constexpr float kRounder = 12582912.0f;  // 1.5 * 2^23: its sum with a float below 2^22 has the rounding in the low bits

INLINE bool isFinite(float x) { return x - x == 0; }
INLINE bool allFinite(const float* x, int64_t n) {
  return isFinite(reduce(x, n, [](vec v) { return v - v; }));
}
INLINE bool isScreened(float norm) { return norm == 0 || (norm >= kSmallestNorm && norm <= kLargestNorm); }

/** At least the norm. */
INLINE float normOf(const float* x, int64_t n) {
  return sqrtf(reduce(x, n, [](vec v) { return v * v; })) * kNormSlack;
}

/** The rounding of v, below 2^15, in the low 16 bits. */
INLINE ivec rounded(vec v) { return bits(v + kRounder); }

/** At most the roundings of a product of floats over n columns, in units of the product of the norms. */
INLINE float roundingOf(int64_t n) { return (2 * n + 64) * 0x1p-24f; }

/** The bias in units of the product: infinite where the weights are out of range, NaN where they are not finite. */
INLINE float offsetOf(const float* weights, int64_t d, float bias, float reciprocal) {
  if (!isFinite(bias) || (reciprocal == 0 && !allFinite(weights, d))) return NAN;
  if (reciprocal == 0) return INFINITY;
  return fminf(fmaxf(bias * reciprocal, -kFarOffset), kFarOffset);
}

INLINE bool hasNaN(const float* x, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    if (x[i] != x[i]) return true;
  return false;
}

}  // namespace monosem::LEVEL
