#include "vector.h"

namespace monosem::LEVEL {

namespace {

INLINE vec geluDerivative(vec x) {
  return normalDistribution(x) + x * (0.39894228040143268f * exponential(-0.5f * x * x));
}

INLINE vec geluNewDerivative(vec x) {
  const vec share = geluNewShare(x);
  const vec slope = 1.5957691216057308f * (1.0f + 0.134145f * x * x);
  return share + x * share * (1.0f - share) * slope;
}

template <class F>
void mapBlocks(Pool& pool, float* out, const float* a, int64_t n, const F& f) {
  parallelBlocks(pool, n, kElementBlock,
                 [&](int64_t begin, int64_t end, int) { map(out + begin, a + begin, end - begin, f); });
}

template <class F>
void mapBlocks(Pool& pool, float* out, const float* a, const float* b, int64_t n, const F& f) {
  parallelBlocks(pool, n, kElementBlock,
                 [&](int64_t begin, int64_t end, int) { map(out + begin, a + begin, b + begin, end - begin, f); });
}

}  // namespace

/** activate(out, a, n, activation) */
void activate(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float* a = arguments.floats(1);
  const int64_t n = arguments.size(2);
  switch (static_cast<Activation>(arguments.size(3))) {
    case Activation::gelu:
      return mapBlocks(pool, out, a, n, [](vec x) { return gelu(x); });
    case Activation::geluNew:
      return mapBlocks(pool, out, a, n, [](vec x) { return geluNew(x); });
    default:
      return mapBlocks(pool, out, a, n, [](vec x) { return relu(x); });
  }
}

/** activateBackward(dIn, dOut, input, n, activation) */
void activateBackward(Pool& pool, const Arguments& arguments) {
  float* dIn = arguments.floats(0);
  const float *dOut = arguments.floats(1), *input = arguments.floats(2);
  const int64_t n = arguments.size(3);
  switch (static_cast<Activation>(arguments.size(4))) {
    case Activation::gelu:
      return mapBlocks(pool, dIn, dOut, input, n, [](vec d, vec x) { return d * geluDerivative(x); });
    case Activation::geluNew:
      return mapBlocks(pool, dIn, dOut, input, n, [](vec d, vec x) { return d * geluNewDerivative(x); });
    default:
      return mapBlocks(pool, dIn, dOut, input, n, [](vec d, vec x) { return x <= 0.0f ? zero() : d; });
  }
}

}  // namespace monosem::LEVEL
