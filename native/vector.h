#pragma once
// Everything here is compiled once per instruction-set level, in the namespace LEVEL. Sources that include it use no
// templates of the standard library: the linker would merge their copies across levels.
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "operations.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#ifndef LEVEL
#error "compile with -DLEVEL=name"
#endif

namespace monosem::LEVEL {

#if defined(__AVX512F__)
constexpr int W = 16;
#elif defined(__AVX__)
constexpr int W = 8;
#else
constexpr int W = 4;
#endif

typedef float vec __attribute__((vector_size(W * 4)));
typedef int32_t ivec __attribute__((vector_size(W * 4)));
typedef float vecAnywhere __attribute__((vector_size(W * 4), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))

INLINE vec load(const float* p) { return *reinterpret_cast<const vecAnywhere*>(p); }
INLINE void store(float* p, vec v) { *reinterpret_cast<vecAnywhere*>(p) = v; }
INLINE vec broadcast(float x) { return x - vec{}; }
INLINE vec zero() { return vec{}; }

INLINE vec loadPart(const float* p, int64_t n) {
  alignas(64) float part[W] = {};
  memcpy(part, p, n * sizeof(float));
  return load(part);
}
INLINE void storePart(float* p, vec v, int64_t n) {
  alignas(64) float part[W];
  store(part, v);
  memcpy(p, part, n * sizeof(float));
}
INLINE ivec bits(vec v) {
  ivec out;
  memcpy(&out, &v, sizeof out);
  return out;
}
INLINE vec fromBits(ivec v) {
  vec out;
  memcpy(&out, &v, sizeof out);
  return out;
}

INLINE ivec laneNumbers() {
  ivec v;
  for (int i = 0; i < W; i++) v[i] = i;
  return v;
}

INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
INLINE int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }
INLINE int64_t roundUp(int64_t a, int64_t b) { return divideUp(a, b) * b; }

/** Keeps a NaN of `a`. */
INLINE vec maximum(vec a, vec b) { return a < b ? b : a; }
INLINE vec minimum(vec a, vec b) { return a > b ? b : a; }

// ── shuffles ──
#if defined(__clang__)
template <int... I>
struct Lanes {};
template <int N, int... I>
struct MakeLanes : MakeLanes<N - 1, N - 1, I...> {};
template <int... I>
struct MakeLanes<0, I...> {
  using type = Lanes<I...>;
};
template <int D, int... I>
INLINE vec flipLanes(vec v, Lanes<I...>) {
  return __builtin_shufflevector(v, v, (I ^ D)...);
}
template <int D, int... I>
INLINE vec lowLanes(vec a, vec b, Lanes<I...>) {
  return __builtin_shufflevector(a, b, ((I & D) ? W + I - D : I)...);
}
template <int D, int... I>
INLINE vec highLanes(vec a, vec b, Lanes<I...>) {
  return __builtin_shufflevector(a, b, ((I & D) ? W + I : I + D)...);
}
template <int D>
INLINE vec flip(vec v) {
  return flipLanes<D>(v, typename MakeLanes<W>::type{});
}
template <int D>
INLINE vec mergeLow(vec a, vec b) {
  return lowLanes<D>(a, b, typename MakeLanes<W>::type{});
}
template <int D>
INLINE vec mergeHigh(vec a, vec b) {
  return highLanes<D>(a, b, typename MakeLanes<W>::type{});
}
#else
template <int D>
INLINE vec flip(vec v) {
  return __builtin_shuffle(v, laneNumbers() ^ D);
}
template <int D>
INLINE vec mergeLow(vec a, vec b) {
  const ivec i = laneNumbers();
  return __builtin_shuffle(a, b, (i & D) != 0 ? W + i - D : i);
}
template <int D>
INLINE vec mergeHigh(vec a, vec b) {
  const ivec i = laneNumbers();
  return __builtin_shuffle(a, b, (i & D) != 0 ? W + i : i + D);
}
#endif

/** The sum of the lanes, in one fixed order. */
INLINE float sumLanes(vec v) {
  if constexpr (W > 8) v += flip<W / 2>(v);
  if constexpr (W > 4) v += flip<4>(v);
  v += flip<2>(v);
  v += flip<1>(v);
  return v[0];
}
INLINE float maximumOfLanes(vec v) {
  if constexpr (W > 8) v = maximum(v, flip<W / 2>(v));
  if constexpr (W > 4) v = maximum(v, flip<4>(v));
  v = maximum(v, flip<2>(v));
  v = maximum(v, flip<1>(v));
  return v[0];
}

template <int D>
INLINE void transposeStage(vec (&r)[W]) {
#pragma GCC unroll 16
  for (int i = 0; i < W; i++) {
    if (i & D) continue;
    const vec low = mergeLow<D>(r[i], r[i + D]);
    r[i + D] = mergeHigh<D>(r[i], r[i + D]);
    r[i] = low;
  }
}
INLINE void transpose(vec (&r)[W]) {
  transposeStage<1>(r);
  transposeStage<2>(r);
  if constexpr (W > 4) transposeStage<4>(r);
  if constexpr (W > 8) transposeStage<W / 2>(r);
}

/** Bit i is set where lane i is positive or NaN: no NaN goes lost where positive numbers are kept. */
INLINE uint32_t positiveLanes(vec v) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask((__m512)v, _mm512_setzero_ps(), _CMP_NLE_UQ);
#elif defined(__AVX__)
  return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps((__m256)v, _mm256_setzero_ps(), _CMP_NLE_UQ)));
#elif defined(__x86_64__)
  return static_cast<uint32_t>(_mm_movemask_ps(_mm_cmpnle_ps((__m128)v, _mm_setzero_ps())));
#else
  uint32_t mask = 0;
  for (int i = 0; i < W; i++) mask |= static_cast<uint32_t>(!(v[i] <= 0)) << i;
  return mask;
#endif
}

/** Bit i is set where lane i is not 0, NaN included. */
INLINE uint32_t nonZeroLanes(vec v) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask((__m512)v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
#elif defined(__AVX__)
  return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps((__m256)v, _mm256_setzero_ps(), _CMP_NEQ_UQ)));
#elif defined(__x86_64__)
  return static_cast<uint32_t>(_mm_movemask_ps(_mm_cmpneq_ps((__m128)v, _mm_setzero_ps())));
#else
  uint32_t mask = 0;
  for (int i = 0; i < W; i++) mask |= static_cast<uint32_t>(v[i] != 0) << i;
  return mask;
#endif
}

INLINE vec squareRoot(vec v) {
#if defined(__AVX512F__)
  return (vec)_mm512_maskz_sqrt_ps(0xffff, (__m512)v);
#elif defined(__AVX__)
  return (vec)_mm256_sqrt_ps((__m256)v);
#elif defined(__x86_64__)
  return (vec)_mm_sqrt_ps((__m128)v);
#else
  vec out;
  for (int i = 0; i < W; i++) out[i] = sqrtf(v[i]);
  return out;
#endif
}

// ── functions ──
/** e^x to 1e-7 relative: 0 below -87.3, infinite above 88.3; NaN stays. */
INLINE vec exponential(vec x) {
  const vec magic = broadcast(12582912.0f);
  const vec clamped = minimum(maximum(x, broadcast(-87.3f)), broadcast(88.3f));
  const vec shifted = clamped * 1.44269504088896341f + magic;
  const vec n = shifted - magic;
  const vec r = (clamped - n * 0.693359375f) + n * 2.12194440e-4f;
  vec p = broadcast(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  const vec power = fromBits((bits(shifted) << 23) + 0x3f800000);
  const vec y = p * power;
  const vec high = x > 88.3f ? broadcast(INFINITY) : y;
  return x < -87.3f ? zero() : high;
}

/** The normal distribution function, relative error 2e-7 near 0 (Numerical Recipes' erfc). */
INLINE vec normalDistribution(vec x) {
  const vec z = maximum(x, -x) * 0.70710678118654752f;
  const vec t = 1.0f / (1.0f + 0.5f * z);
  vec p = broadcast(0.17087277f);
  p = p * t - 0.82215223f;
  p = p * t + 1.48851587f;
  p = p * t - 1.13520398f;
  p = p * t + 0.27886807f;
  p = p * t - 0.18628806f;
  p = p * t + 0.09678418f;
  p = p * t + 0.37409196f;
  p = p * t + 1.00002368f;
  p = p * t - 1.26551223f;
  const vec tail = 0.5f * t * exponential(p - z * z);
  return x > 0.0f ? 1.0f - tail : tail;
}

enum class Activation { none = 0, relu = 1, gelu = 2, geluNew = 3 };

INLINE vec relu(vec x) { return x < 0.0f ? zero() : x; }
INLINE vec gelu(vec x) { return x * normalDistribution(x); }
INLINE vec geluNewShare(vec x) {
  const vec inner = 1.5957691216057308f * (x + 0.044715f * x * x * x);
  return 1.0f / (1.0f + exponential(-inner));
}
INLINE vec geluNew(vec x) { return x * geluNewShare(x); }

/** Fails unless every id lies in 0 .. limit. */
INLINE void requireRows(const char* op, const int32_t* ids, int64_t n, int64_t limit) {
  for (int64_t i = 0; i < n; i++)
    if (ids[i] < 0 || ids[i] >= limit) fail("%s: row %d, wanted 0 to %lld", op, ids[i], (long long)(limit - 1));
}

// ── loops ──
/** f(task, thread) for each task, on all threads. */
template <class F>
INLINE void parallel(Pool& pool, int64_t tasks, const F& f) {
  pool.run(
      tasks, [](const void* context, int64_t task, int thread) { (*static_cast<const F*>(context))(task, thread); },
      &f);
}

/** f(begin, end, thread) over blocks of fixed size, whatever the number of threads. */
template <class F>
INLINE void parallelBlocks(Pool& pool, int64_t n, int64_t block, const F& f) {
  parallel(pool, divideUp(n, block),
           [&](int64_t task, int thread) { f(task * block, least(n, (task + 1) * block), thread); });
}

constexpr int64_t kElementBlock = 16384;
/** Rows of `width` in one task, about kElementBlock elements. */
INLINE int64_t rowsPerTask(int64_t width) { return most(1, kElementBlock / most(1, width)); }

/** out[i] = f(a[i]); `out` may be `a`. */
template <class F>
INLINE void map(float* out, const float* a, int64_t n, const F& f) {
  int64_t i = 0;
  for (; i + W <= n; i += W) store(out + i, f(load(a + i)));
  if (i < n) storePart(out + i, f(loadPart(a + i, n - i)), n - i);
}

/** out[i] = f(a[i], b[i]); `out` may be `a` or `b`. */
template <class F>
INLINE void map(float* out, const float* a, const float* b, int64_t n, const F& f) {
  int64_t i = 0;
  for (; i + W <= n; i += W) store(out + i, f(load(a + i), load(b + i)));
  if (i < n) storePart(out + i, f(loadPart(a + i, n - i), loadPart(b + i, n - i)), n - i);
}

/** The sum of f(a[i]) over i, f(0) = 0, in a fixed order. */
template <class F>
INLINE float reduce(const float* a, int64_t n, const F& f) {
  vec s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero();
  int64_t i = 0;
  for (; i + 4 * W <= n; i += 4 * W) {
    s0 += f(load(a + i));
    s1 += f(load(a + i + W));
    s2 += f(load(a + i + 2 * W));
    s3 += f(load(a + i + 3 * W));
  }
  for (; i + W <= n; i += W) s0 += f(load(a + i));
  if (i < n) s1 += f(loadPart(a + i, n - i));
  return sumLanes((s0 + s1) + (s2 + s3));
}

INLINE float dot(const float* a, const float* b, int64_t n) {
  vec s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero();
  int64_t i = 0;
  for (; i + 4 * W <= n; i += 4 * W) {
    s0 += load(a + i) * load(b + i);
    s1 += load(a + i + W) * load(b + i + W);
    s2 += load(a + i + 2 * W) * load(b + i + 2 * W);
    s3 += load(a + i + 3 * W) * load(b + i + 3 * W);
  }
  for (; i + W <= n; i += W) s0 += load(a + i) * load(b + i);
  if (i < n) s1 += loadPart(a + i, n - i) * loadPart(b + i, n - i);
  return sumLanes((s0 + s1) + (s2 + s3));
}

}  // namespace monosem::LEVEL
