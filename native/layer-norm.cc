#include "vector.h"

// N rows of width D.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kRows = 64;

struct Row {
  float mean, inverseDeviation;
};

/** The sums over j of dOut gain and of dOut gain normal, and the row's share of dGain and dBias. */
struct Sums {
  float gradient, product;
};

INLINE Sums addToSums(float* dGain, float* dBias, const float* dOut, const float* x, const float* gain, Row row,
                      int64_t D) {
  vec gradient = zero(), product = zero();
  const auto step = [&](int64_t j, int64_t n) {
    const bool whole = n >= W;
    const auto get = [&](const float* p) { return whole ? load(p + j) : loadPart(p + j, n); };
    const vec normal = (get(x) - row.mean) * row.inverseDeviation;
    const vec d = get(dOut);
    const vec scaled = d * get(gain);
    gradient += scaled;
    product += scaled * normal;
    if (whole) {
      store(dGain + j, load(dGain + j) + d * normal);
      store(dBias + j, load(dBias + j) + d);
    } else {
      storePart(dGain + j, loadPart(dGain + j, n) + d * normal, n);
      storePart(dBias + j, loadPart(dBias + j, n) + d, n);
    }
  };
  int64_t j = 0;
  for (; j + W <= D; j += W) step(j, W);
  if (j < D) step(j, D - j);
  return {sumLanes(gradient), sumLanes(product)};
}

INLINE void addInputGradient(float* dX, const float* dOut, const float* x, const float* gain, Row row, Sums sums,
                             int64_t D) {
  const float mean = sums.gradient / D, slope = sums.product / D;
  const auto step = [&](vec dx, vec d, vec value, vec g) {
    const vec normal = (value - row.mean) * row.inverseDeviation;
    return dx + (d * g - mean - normal * slope) * row.inverseDeviation;
  };
  int64_t j = 0;
  for (; j + W <= D; j += W) store(dX + j, step(load(dX + j), load(dOut + j), load(x + j), load(gain + j)));
  if (j < D) {
    const int64_t n = D - j;
    storePart(dX + j, step(loadPart(dX + j, n), loadPart(dOut + j, n), loadPart(x + j, n), loadPart(gain + j, n)), n);
  }
}

INLINE float sumOfDeviations(const float* x, float mean, int64_t D) {
  vec total = zero();
  int64_t j = 0;
  for (; j + W <= D; j += W) {
    const vec deviation = load(x + j) - mean;
    total += deviation * deviation;
  }
  float rest = 0;
  for (; j < D; j++) rest += (x[j] - mean) * (x[j] - mean);
  return sumLanes(total) + rest;
}

INLINE void normalise(float* out, const float* x, const float* gain, const float* bias, Row row, int64_t D) {
  const auto step = [&](vec value, vec g, vec b) { return (value - row.mean) * row.inverseDeviation * g + b; };
  int64_t j = 0;
  for (; j + W <= D; j += W) store(out + j, step(load(x + j), load(gain + j), load(bias + j)));
  if (j < D) {
    const int64_t n = D - j;
    storePart(out + j, step(loadPart(x + j, n), loadPart(gain + j, n), loadPart(bias + j, n)), n);
  }
}

}  // namespace

/** layerNorm(out, mean, inverseDeviation, x, gain, bias, N, D, epsilon) */
void layerNorm(Pool& pool, const Arguments& arguments) {
  float *out = arguments.floats(0), *mean = arguments.floats(1), *inverseDeviation = arguments.floats(2);
  const float *x = arguments.floats(3), *gain = arguments.floats(4), *bias = arguments.floats(5);
  const int64_t D = arguments.size(7);
  const double epsilon = arguments.real(8);
  parallelBlocks(pool, arguments.size(6), kRows, [&](int64_t begin, int64_t end, int) {
    for (int64_t r = begin; r < end; r++) {
      const float* row = x + r * D;
      mean[r] = reduce(row, D, [](vec v) { return v; }) / D;
      inverseDeviation[r] = static_cast<float>(1 / sqrt(sumOfDeviations(row, mean[r], D) / double(D) + epsilon));
      normalise(out + r * D, row, gain, bias, {mean[r], inverseDeviation[r]}, D);
    }
  });
}

/** layerNormBackward(dX, dGain, dBias, dOut, x, gain, mean, inverseDeviation, N, D) */
void layerNormBackward(Pool& pool, const Arguments& arguments) {
  float *dX = arguments.floats(0), *dGain = arguments.floats(1), *dBias = arguments.floats(2);
  const float *dOut = arguments.floats(3), *x = arguments.floats(4), *gain = arguments.floats(5);
  const float *mean = arguments.floats(6), *inverseDeviation = arguments.floats(7);
  const int64_t N = arguments.size(8), D = arguments.size(9), blocks = divideUp(N, kRows);
  float* partial = static_cast<float*>(pool.shared(0, most(1, blocks * 2 * D) * sizeof(float)));
  parallelBlocks(pool, N, kRows, [&](int64_t begin, int64_t end, int) {
    float* gains = partial + begin / kRows * 2 * D;
    memset(gains, 0, 2 * D * sizeof(float));
    for (int64_t r = begin; r < end; r++) {
      const Row row = {mean[r], inverseDeviation[r]};
      const Sums sums = addToSums(gains, gains + D, dOut + r * D, x + r * D, gain, row, D);
      addInputGradient(dX + r * D, dOut + r * D, x + r * D, gain, row, sums, D);
    }
  });
  const auto add = [](vec a, vec b) { return a + b; };
  for (int64_t i = 0; i < blocks; i++) {
    map(dGain, dGain, partial + i * 2 * D, D, add);
    map(dBias, dBias, partial + i * 2 * D + D, D, add);
  }
}

}  // namespace monosem::LEVEL
