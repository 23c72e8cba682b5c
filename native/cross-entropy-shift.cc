#include "softmax.h"

// E moves of N rows of V logits, M rows of shifts.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kMoves = 8;           // in one task
constexpr int64_t kRun = 512;           // logits added up in float32 before the sum goes on in float64
constexpr float kSmall = 0.5f;          // below it e^x - 1 by its series
constexpr float kFar = 40.0f;           // a logit that rises so far above the largest is left to float64

/** e^x - 1 to 1e-7 relative for |x| <= 0.5. */
INLINE vec growth(vec x) {
  vec p = broadcast(2.4801587302e-5f);
  p = p * x + 1.9841269841e-4f;
  p = p * x + 1.3888888889e-3f;
  p = p * x + 8.3333333333e-3f;
  p = p * x + 4.1666666667e-2f;
  p = p * x + 1.6666666667e-1f;
  p = p * x + 5.0e-1f;
  return x + p * (x * x);
}

struct Move {
  const float *logits, *centre, *shift;
  float stretch, amount;
  double at(int64_t i) const {
    return double(stretch) * (double(logits[i]) - centre[i]) + double(amount) * shift[i];
  }
};

INLINE vec deltaOf(const Move& move, vec logit, int64_t i) {
  return move.stretch * (logit - load(move.centre + i)) + move.amount * load(move.shift + i);
}

/** sum of e (e^delta - 1) over logits, e = weights, and the largest moved logit in `highest`. */
double growthOf(const Move& move, const float* weights, int64_t V, float top, float& highest) {
  double sum = 0;
  vec highs = broadcast(-INFINITY);
  int64_t i = 0;
  while (i + W <= V) {
    vec part = zero();
    for (const int64_t end = least(V, i + kRun); i + W <= end; i += W) {
      const vec logit = load(move.logits + i), weight = load(weights + i), delta = deltaOf(move, logit, i);
      const vec raised = logit + delta;
      highs = maximum(raised, highs);
      vec term = weight * growth(delta);
      const vec size = maximum(delta, -delta) - kSmall;
      if (positiveLanes(size) != 0) {
        const vec large = exponential(minimum(raised - top, broadcast(kFar))) - weight;
        term = size > 0.0f ? large : term;
      }
      part += term;
    }
    sum += sumLanes(part);
  }
  highest = maximumOfLanes(highs);
  for (; i < V; i++) {
    const double delta = move.at(i), raised = move.logits[i] + delta;
    if (raised > highest) highest = static_cast<float>(raised);
    sum += weights[i] * expm1(delta > 2 * kFar ? 2 * kFar : delta);
  }
  return sum;
}

/** The cross entropy of the moved row less that of the row, by float64 throughout. */
double differenceOf(const Move& move, int64_t V, int64_t target) {
  double top = -INFINITY, highest = -INFINITY, total = 0, moved = 0;
  for (int64_t i = 0; i < V; i++) {
    const double raised = move.logits[i] + move.at(i);
    top = move.logits[i] > top ? move.logits[i] : top;
    highest = raised > highest ? raised : highest;
  }
  for (int64_t i = 0; i < V; i++) {
    total += exp(move.logits[i] - top);
    moved += exp(move.logits[i] + move.at(i) - highest);
  }
  return (highest + log(moved)) - (top + log(total)) - move.at(target);
}

}  // namespace

/** crossEntropyShift(out, logits, shifts, rows, shiftRows, targets, stretches, amounts, centre, E, N, M, V) */
void crossEntropyShift(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float *logits = arguments.floats(1), *shifts = arguments.floats(2);
  const int32_t *rows = arguments.ints(3), *shiftRows = arguments.ints(4), *targets = arguments.ints(5);
  const float *stretches = arguments.floats(6), *amounts = arguments.floats(7), *centre = arguments.floats(8);
  const int64_t E = arguments.size(9), V = arguments.size(12);
  requireRows("crossEntropyShift", rows, E, arguments.size(10));
  requireRows("crossEntropyShift", shiftRows, E, arguments.size(11));
  requireRows("crossEntropyShift", targets, E, V);
  parallelBlocks(pool, E, kMoves, [&](int64_t begin, int64_t end, int thread) {
    float* weights = static_cast<float*>(pool.local(thread, V * sizeof(float)));
    int64_t known = -1;
    float top = 0;
    double total = 0;
    for (int64_t e = begin; e < end; e++) {
      const float* row = logits + rows[e] * V;
      if (rows[e] != known) {
        known = rows[e];
        top = largest(row, V);
        total = 0;
        for (int64_t i = 0; i < V; i += kRun) {
          total += exponentiate(weights + i, row + i, least(kRun, V - i), top);
        }
      }
      const Move move = {row, centre, shifts + shiftRows[e] * V, stretches[e], amounts[e]};
      float highest;
      const double grown = growthOf(move, weights, V, top, highest);
      const bool isNear = highest - top < kFar && grown > -0.5 * total;
      out[e] = static_cast<float>(isNear ? log1p(grown / total) - move.at(targets[e]) : differenceOf(move, V, targets[e]));
    }
  });
}

}  // namespace monosem::LEVEL
