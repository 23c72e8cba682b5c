#include "adam.h"

namespace monosem::LEVEL {

/** clipFactor(out, squaredNorm, maxNorm) */
void clipFactor(Pool&, const Arguments& arguments) {
  const double factor = arguments.real(2) / (sqrt(double(arguments.floats(1)[0])) + 1e-6);
  arguments.floats(0)[0] = static_cast<float>(factor > 1 ? 1 : factor);
}

/**
 * adamW(parameter, moment1, moment2, gradient, gradientScale or 0, n, learningRate, beta1, beta2, epsilon, decay, step,
 * broken or 0)
 */
void adamW(Pool& pool, const Arguments& arguments) {
  float *parameter = arguments.floats(0), *moment1 = arguments.floats(1), *moment2 = arguments.floats(2);
  const float* gradient = arguments.floats(3);
  float* broken = arguments.floats(12);
  const Adam adam(arguments.floats(4), arguments, 6);
  parallelBlocks(pool, arguments.size(5), kElementBlock, [&](int64_t begin, int64_t end, int) {
    const auto get = [&](int64_t i, int64_t n) {
      return n == W ? load(gradient + begin + i) : loadPart(gradient + begin + i, n);
    };
    if (!adam.updateAll(parameter + begin, moment1 + begin, moment2 + begin, end - begin, get)) markBroken(broken);
  });
}

}  // namespace monosem::LEVEL
