#pragma once
#include "vector.h"

namespace monosem::LEVEL {

/** One step of Adam with decoupled decay; its six numbers are an op's: learningRate, beta1, beta2, epsilon, decay, step. */
struct Adam {
  vec factor, keep1, add1, keep2, add2, rate, correction, epsilon, shrink;
  Adam(const float* gradientScale, const Arguments& arguments, int first) {
    const double learningRate = arguments.real(first), step = arguments.real(first + 5);
    const double beta1 = arguments.real(first + 1), beta2 = arguments.real(first + 2);
    factor = broadcast(gradientScale == nullptr ? 1.0f : *gradientScale);
    keep1 = broadcast(float(beta1)), add1 = broadcast(float(1 - beta1));
    keep2 = broadcast(float(beta2)), add2 = broadcast(float(1 - beta2));
    rate = broadcast(float(learningRate / (1 - pow(beta1, step))));
    correction = broadcast(float(1 / sqrt(1 - pow(beta2, step))));
    epsilon = broadcast(arguments.number(first + 3));
    shrink = broadcast(float(1 - learningRate * arguments.real(first + 4)));
  }
  void update(vec& p, vec& m, vec& v, vec g) const {
    const vec scaled = g * factor;
    m = keep1 * m + add1 * scaled;
    v = keep2 * v + add2 * (scaled * scaled);
    p = p * shrink - rate * m / (squareRoot(v) * correction + epsilon);
  }
  /**
   * n elements, with g(i, count) for the gradient of `count` of them from i on. Returns whether all of them, and their
   * moments, are finite afterwards.
   */
  template <class F>
  bool updateAll(float* p, float* m, float* v, int64_t n, const F& g) const {
    int64_t i = 0;
    vec trace = zero();  // 0 unless something is not finite
    for (; i + W <= n; i += W) {
      vec a = load(p + i), b = load(m + i), c = load(v + i);
      update(a, b, c, g(i, int64_t(W)));
      trace += (a - a) + (b - b) + (c - c);
      store(p + i, a);
      store(m + i, b);
      store(v + i, c);
    }
    if (i == n) return sumLanes(trace) == 0;
    vec a = loadPart(p + i, n - i), b = loadPart(m + i, n - i), c = loadPart(v + i, n - i);
    update(a, b, c, g(i, n - i));
    trace += (a - a) + (b - b) + (c - c);
    storePart(p + i, a, n - i);
    storePart(m + i, b, n - i);
    storePart(v + i, c, n - i);
    return sumLanes(trace) == 0;
  }
};

/** Marks a step as broken, from any thread. */
INLINE void markBroken(float* broken) {
  float mark = NAN;
  if (broken != nullptr) __atomic_store(broken, &mark, __ATOMIC_RELAXED);
}

}  // namespace monosem::LEVEL
