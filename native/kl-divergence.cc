#include "softmax.h"

// N rows of V logits.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kRows = 8;

/** With e = e^(clean - largest): the sum of e ((clean - other) - offset) and of e. */
struct Divergence {
  double weighted = 0, total = 0;
};

Divergence addUp(const float* clean, const float* other, int64_t V, float shift, float offset) {
  Divergence sums;
  constexpr int64_t kRun = 512;
  for (int64_t begin = 0; begin < V; begin += kRun) {
    vec weighted = zero(), total = zero();
    const int64_t end = least(V, begin + kRun);
    int64_t i = begin;
    for (; i + W <= end; i += W) {
      const vec a = load(clean + i);
      const vec e = exponential(a - shift);
      const vec term = e * ((a - load(other + i)) - offset);
      weighted += e > 0.0f ? term : e;
      total += e;
    }
    if (i < end) {
      const vec a = loadPart(clean + i, end - i), b = loadPart(other + i, end - i);
      const vec e = exponential(a - shift);
      for (int64_t lane = 0; lane < end - i; lane++) {
        sums.weighted += e[lane] > 0 ? double(e[lane]) * ((a[lane] - b[lane]) - offset) : e[lane];
        sums.total += e[lane];
      }
    }
    sums.weighted += sumLanes(weighted);
    sums.total += sumLanes(total);
  }
  return sums;
}

double totalOf(const float* a, int64_t V, float shift) {
  double total = 0;
  constexpr int64_t kRun = 512;
  for (int64_t begin = 0; begin < V; begin += kRun) total += sumOfExponentials(a + begin, least(kRun, V - begin), shift);
  return total;
}

}  // namespace

/** klDivergence(out, clean, other, N, V) */
void klDivergence(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float *clean = arguments.floats(1), *other = arguments.floats(2);
  const int64_t V = arguments.size(4);
  parallelBlocks(pool, arguments.size(3), kRows, [&](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; r++) {
      const float *a = clean + r * V, *b = other + r * V;
      const float shiftA = largest(a, V), shiftB = largest(b, V);
      const float offset = shiftA - shiftB;
      const Divergence sums = addUp(a, b, V, shiftA, offset);
      out[r] = static_cast<float>(sums.weighted / sums.total + log(totalOf(b, V, shiftB)) - log(sums.total));
    }
  });
}

}  // namespace monosem::LEVEL
