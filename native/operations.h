#pragma once
#include <cstdint>

#include "pool.h"

namespace monosem {

/** The numbers an op was called with: addresses of tensors, sizes, factors, flags. */
struct Arguments {
  const double* values;
  float* floats(int i) const { return reinterpret_cast<float*>(static_cast<uintptr_t>(values[i])); }
  int32_t* ints(int i) const { return reinterpret_cast<int32_t*>(static_cast<uintptr_t>(values[i])); }
  int64_t size(int i) const { return static_cast<int64_t>(values[i]); }
  float number(int i) const { return static_cast<float>(values[i]); }
  double real(int i) const { return values[i]; }
  bool flag(int i) const { return values[i] != 0; }
};

struct Operation {
  const char* name;
  void (*call)(Pool& pool, const Arguments& arguments);
};

/** Throws an error with the formatted sentence. */
[[noreturn]] __attribute__((format(printf, 1, 2))) void fail(const char* format, ...);

/** All ops of one instruction-set level. */
struct Level {
  const char* name;
  const Operation* operations;
  int count;
};

}  // namespace monosem
