#pragma once
#include "gemm.h"

namespace monosem::LEVEL {

/** c[N] = finish(a[K] b), b as element (j, k); every element of b is read once, nothing is packed. No gelu. */
void multiplyVector(Pool& pool, float* c, const float* a, Strided b, int64_t N, int64_t K, const Finish& finish);

}  // namespace monosem::LEVEL
