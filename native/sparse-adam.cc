#include "adam.h"
#include "sparse-columns.h"

// The gradient of weights [m, d] from sparse codes, one row at a time.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kFeatures = 8;

/** codes ..., coefficients, x, weights, shift or 0, rowFactors or 0, project, m, d */
struct Gradient {
  Codes codes;
  const float *coefficients, *x;
  float* weights;
  const float *shift, *rowFactors;
  bool project;
  int64_t m, d;
  Columns columns{};

  explicit Gradient(const Arguments& arguments)
      : codes(arguments), coefficients(arguments.floats(kCodesArguments)), x(arguments.floats(kCodesArguments + 1)),
        weights(arguments.floats(kCodesArguments + 2)), shift(arguments.floats(kCodesArguments + 3)),
        rowFactors(arguments.floats(kCodesArguments + 4)), project(arguments.flag(kCodesArguments + 5)),
        m(arguments.size(kCodesArguments + 6)), d(arguments.size(kCodesArguments + 7)) {}

  /** g[d] = the gradient of row i. */
  void compute(float* g, int64_t i) const {
    const float* w = weights + i * d;
    memset(g, 0, d * sizeof(float));
    columns.addRows(i, g, x, d);
    if (shift != nullptr) {
      double sum = 0;
      for (int64_t e = 0; e < columns.count(i); e++) sum += columns.of(i)[e].weight;
      const vec total = broadcast(static_cast<float>(sum));
      map(g, g, shift, d, [&](vec a, vec b) { return a - total * b; });
    }
    if (rowFactors != nullptr) {
      const vec factor = broadcast(rowFactors[i]);
      map(g, g, w, d, [&](vec a, vec b) { return a + factor * b; });
    }
    if (!project) return;
    const float squared = dot(w, w, d);
    const vec along = broadcast(squared == 0 ? 0 : dot(g, w, d) / squared);
    map(g, g, w, d, [&](vec a, vec b) { return a - along * b; });
  }

  /** visit(i, g) for every row, in parallel over blocks of rows. */
  template <class F>
  void eachRow(Pool& pool, const char* op, const F& visit) {
    columns = sortByColumn(pool, op, codes, coefficients, m);
    parallelBlocks(pool, m, kFeatures, [&](int64_t begin, int64_t end, int thread) {
      float* g = static_cast<float*>(pool.local(thread, d * sizeof(float)));
      for (int64_t i = begin; i < end; i++) {
        compute(g, i);
        visit(i, g);
      }
    });
  }
};

constexpr int kGradientArguments = kCodesArguments + 8;

}  // namespace

/**
 * sparseAdam(gradient ..., moment1, moment2, gradientScale or 0, normalise, learningRate, beta1, beta2, epsilon, decay,
 * step, broken or 0)
 */
void sparseAdam(Pool& pool, const Arguments& arguments) {
  Gradient gradient(arguments);
  float *moment1 = arguments.floats(kGradientArguments), *moment2 = arguments.floats(kGradientArguments + 1);
  const Adam adam(arguments.floats(kGradientArguments + 2), arguments, kGradientArguments + 4);
  const bool normalise = arguments.flag(kGradientArguments + 3);
  float* broken = arguments.floats(kGradientArguments + 10);
  const int64_t d = gradient.d;
  gradient.eachRow(pool, "sparseAdam", [&](int64_t i, const float* g) {
    float* w = gradient.weights + i * d;
    const auto get = [&](int64_t j, int64_t n) { return n == W ? load(g + j) : loadPart(g + j, n); };
    if (!adam.updateAll(w, moment1 + i * d, moment2 + i * d, d, get)) markBroken(broken);
    if (!normalise) return;
    const float norm = sqrtf(dot(w, w, d));
    const float factor = norm == 0 ? 0 : 1 / norm;
    map(w, w, d, [&](vec a) { return a * factor; });
  });
}

/** sparseGradientNorm(gradient ..., out, accumulate) */
void sparseGradientNorm(Pool& pool, const Arguments& arguments) {
  Gradient gradient(arguments);
  float* out = arguments.floats(kGradientArguments);
  double* squares = static_cast<double*>(pool.shared(3, most(1, gradient.m) * sizeof(double)));
  gradient.eachRow(pool, "sparseGradientNorm",
                   [&](int64_t i, const float* g) { squares[i] = dot(g, g, gradient.d); });
  double total = arguments.flag(kGradientArguments + 1) ? *out : 0;
  for (int64_t i = 0; i < gradient.m; i++) total += squares[i];
  *out = static_cast<float>(total);
}

}  // namespace monosem::LEVEL
