#include "vector.h"

namespace monosem::LEVEL {

/** fill(out, n, value) */
void fill(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const vec value = broadcast(arguments.number(2));
  parallelBlocks(pool, arguments.size(1), kElementBlock, [&](int64_t begin, int64_t end, int) {
    map(out + begin, out + begin, end - begin, [&](vec) { return value; });
  });
}

/** fillInts(out, n, value) */
void fillInts(Pool&, const Arguments& arguments) {
  int32_t* out = arguments.ints(0);
  const int32_t value = static_cast<int32_t>(arguments.real(2));
  for (int64_t i = 0; i < arguments.size(1); i++) out[i] = value;
}

/** copy(out, source, n): four-byte elements of any kind */
void copy(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float* source = arguments.floats(1);
  parallelBlocks(pool, arguments.size(2), kElementBlock, [&](int64_t begin, int64_t end, int) {
    memmove(out + begin, source + begin, (end - begin) * sizeof(float));
  });
}

/** addScaled(out, a, b, n, factor) */
void addScaled(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float *a = arguments.floats(1), *b = arguments.floats(2);
  const vec factor = broadcast(arguments.number(4));
  parallelBlocks(pool, arguments.size(3), kElementBlock, [&](int64_t begin, int64_t end, int) {
    map(out + begin, a + begin, b + begin, end - begin, [&](vec x, vec y) { return x + factor * y; });
  });
}

/** scale(out, a, n, factor) */
void scale(Pool& pool, const Arguments& arguments) {
  float* out = arguments.floats(0);
  const float* a = arguments.floats(1);
  const vec factor = broadcast(arguments.number(3));
  parallelBlocks(pool, arguments.size(2), kElementBlock, [&](int64_t begin, int64_t end, int) {
    map(out + begin, a + begin, end - begin, [&](vec x) { return factor * x; });
  });
}

}  // namespace monosem::LEVEL
