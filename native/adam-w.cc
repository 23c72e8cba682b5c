#include "vector.h"

namespace monosem::LEVEL {

/** clipFactor(out, squaredNorm, maxNorm) */
void clipFactor(Pool&, const Arguments& arguments) {
  const double factor = arguments.real(2) / (sqrt(double(arguments.floats(1)[0])) + 1e-6);
  arguments.floats(0)[0] = static_cast<float>(factor > 1 ? 1 : factor);
}

/** adamW(parameter, moment1, moment2, gradient, gradientScale or 0, n, learningRate, beta1, beta2, epsilon, decay, step) */
void adamW(Pool& pool, const Arguments& arguments) {
  float *parameter = arguments.floats(0), *moment1 = arguments.floats(1), *moment2 = arguments.floats(2);
  const float* gradient = arguments.floats(3);
  const float* gradientScale = arguments.floats(4);
  const double learningRate = arguments.real(6), step = arguments.real(11);
  const double beta1 = arguments.real(7), beta2 = arguments.real(8);
  const vec factor = broadcast(gradientScale == nullptr ? 1.0f : *gradientScale);
  const vec keep1 = broadcast(float(beta1)), add1 = broadcast(float(1 - beta1));
  const vec keep2 = broadcast(float(beta2)), add2 = broadcast(float(1 - beta2));
  const vec rate = broadcast(float(learningRate / (1 - pow(beta1, step))));
  const vec correction = broadcast(float(1 / sqrt(1 - pow(beta2, step))));
  const vec epsilon = broadcast(arguments.number(9));
  const vec shrink = broadcast(float(1 - learningRate * arguments.real(10)));
  const auto update = [&](vec& p, vec& m, vec& v, vec g) {
    const vec scaled = g * factor;
    m = keep1 * m + add1 * scaled;
    v = keep2 * v + add2 * (scaled * scaled);
    p = p * shrink - rate * m / (squareRoot(v) * correction + epsilon);
  };
  parallelBlocks(pool, arguments.size(5), kElementBlock, [&](int64_t begin, int64_t end, int) {
    int64_t i = begin;
    for (; i + W <= end; i += W) {
      vec p = load(parameter + i), m = load(moment1 + i), v = load(moment2 + i);
      update(p, m, v, load(gradient + i));
      store(parameter + i, p);
      store(moment1 + i, m);
      store(moment2 + i, v);
    }
    if (i < end) {
      const int64_t n = end - i;
      vec p = loadPart(parameter + i, n), m = loadPart(moment1 + i, n), v = loadPart(moment2 + i, n);
      update(p, m, v, loadPart(gradient + i, n));
      storePart(parameter + i, p, n);
      storePart(moment1 + i, m, n);
      storePart(moment2 + i, v, n);
    }
  });
}

}  // namespace monosem::LEVEL
