#pragma once
#include "vector.h"

namespace monosem::LEVEL {

/** The largest of n values; -infinity for none. */
INLINE float largest(const float* a, int64_t n) {
  vec m0 = broadcast(-INFINITY), m1 = m0, m2 = m0, m3 = m0;
  int64_t i = 0;
  for (; i + 4 * W <= n; i += 4 * W) {
    m0 = maximum(load(a + i), m0);
    m1 = maximum(load(a + i + W), m1);
    m2 = maximum(load(a + i + 2 * W), m2);
    m3 = maximum(load(a + i + 3 * W), m3);
  }
  for (; i + W <= n; i += W) m0 = maximum(load(a + i), m0);
  float rest = -INFINITY;
  for (; i < n; i++) rest = a[i] < rest ? rest : a[i];
  const float lanes = maximumOfLanes(maximum(maximum(m0, m1), maximum(m2, m3)));
  return lanes < rest ? rest : lanes;
}

/** The sum of e^(a[i] - shift). */
INLINE float sumOfExponentials(const float* a, int64_t n, float shift) {
  const vec shifts = broadcast(shift);
  vec s0 = zero(), s1 = zero();
  int64_t i = 0;
  for (; i + 2 * W <= n; i += 2 * W) {
    s0 += exponential(load(a + i) - shifts);
    s1 += exponential(load(a + i + W) - shifts);
  }
  for (; i + W <= n; i += W) s0 += exponential(load(a + i) - shifts);
  float rest = 0;
  if (i < n) {
    const vec last = exponential(loadPart(a + i, n - i) - shifts);
    for (int64_t lane = 0; lane < n - i; lane++) rest += last[lane];
  }
  return sumLanes(s0 + s1) + rest;
}

/** out[i] = e^(a[i] - shift); returns their sum. `out` may be `a`. */
INLINE float exponentiate(float* out, const float* a, int64_t n, float shift) {
  const vec shifts = broadcast(shift);
  vec s0 = zero(), s1 = zero();
  int64_t i = 0;
  for (; i + 2 * W <= n; i += 2 * W) {
    const vec e0 = exponential(load(a + i) - shifts), e1 = exponential(load(a + i + W) - shifts);
    store(out + i, e0);
    store(out + i + W, e1);
    s0 += e0;
    s1 += e1;
  }
  float rest = 0;
  for (; i < n; i += W) {
    const int64_t part = least(W, n - i);
    const vec e = exponential(loadPart(a + i, part) - shifts);
    storePart(out + i, e, part);
    for (int64_t lane = 0; lane < part; lane++) rest += e[lane];
  }
  return sumLanes(s0 + s1) + rest;
}

}  // namespace monosem::LEVEL
