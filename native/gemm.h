#pragma once
#include "vector.h"

// The register block: MR rows of a times NR columns of b. K is cut into blocks of at most KC.
namespace monosem::LEVEL {

#if defined(__AVX512F__)
constexpr int MR = 14, NV = 2;
#elif defined(__aarch64__)
constexpr int MR = 6, NV = 4;
#else
constexpr int MR = 6, NV = 2;
#endif
constexpr int NR = NV * W;
constexpr int64_t KC = 512;

/** A matrix of which element (r, k) is at data[r * row + k * column]; one of row and column is 1. */
struct Strided {
  const float* data;
  int64_t row, column;
  Strided at(int64_t r, int64_t k) const { return {data + r * row + k * column, row, column}; }
};

/** `total` things in as few panels of at most `most` as possible, of sizes that differ by 1 at most. */
struct Panels {
  int64_t count, base, extra;
  Panels(int64_t total, int64_t largest) : count(divideUp(total, largest)), base(0), extra(0) {
    if (count > 0) {
      base = total / count;
      extra = total % count;
    }
  }
  int64_t start(int64_t i) const { return i * base + least(i, extra); }
  int64_t size(int64_t i) const { return base + (i < extra ? 1 : 0); }
};

/** What happens to a tile of the product on its way to memory. */
struct Finish {
  float scale = 1;
  const float* bias = nullptr;
  Activation activation = Activation::none;
  bool accumulate = false;
};

/** Floats between the packed panels of a, one more vector than their content, when blocks of K have at most `K`. */
INLINE int64_t panelA(int64_t K) { return roundUp(K * MR + W, 16); }
/** Floats between the packed panels of b. */
INLINE int64_t panelB(int64_t K) { return K * NR; }

/** packed[k * rows + r] = element (r, k); may write W more floats. */
void packRows(float* packed, Strided a, int64_t rows, int64_t K);
/** packed[k * NR + j] = element (j, k), zeros from `columns` to NR. */
void packColumns(float* packed, Strided b, int64_t columns, int64_t K);
/** One tile c [rows, columns] for one block of K; `first` and `last` say where the block is in K. */
void multiplyTile(float* c, int64_t ldc, const float* a, const float* b, int64_t rows, int64_t columns, int64_t K,
                  bool first, bool last, const Finish& finish);

}  // namespace monosem::LEVEL
