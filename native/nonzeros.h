#pragma once
#include "gemm.h"

// The non-zero entries of some rows, so that products cost what the non-zeros cost.
namespace monosem::LEVEL {

/** Columns 0 .. d cut into the blocks of K of a dense product, each into segments that keep a tile of weights in L1. */
struct Segments {
  static constexpr int64_t kLargest = 128;
  Panels blocks;
  int64_t perBlock, count;
  explicit Segments(int64_t d) : blocks(d, KC), perBlock(divideUp(blocks.size(0), kLargest)), count(blocks.count * perBlock) {}
  int64_t start(int64_t i) const {
    const int64_t block = i / perBlock, part = i % perBlock;
    return blocks.start(block) + (part == 0 ? 0 : blocks.size(block) * part / perBlock);
  }
};

/** Places arrays one after the other, on cache lines; from address 0 it measures what they need. */
struct Layout {
  uintptr_t base = 0;
  size_t bytes = 0;
  template <class T>
  T* take(int64_t count) {
    T* array = reinterpret_cast<T*>(base + bytes);
    bytes += roundUp(count * int64_t(sizeof(T)), 64);
    return array;
  }
};

/** Lays `arrays` out in the memory that `allocate(bytes)` gives. */
template <class T, class F>
INLINE void layOut(T& arrays, const F& allocate) {
  Layout layout;
  arrays.lay(layout);
  layout = {reinterpret_cast<uintptr_t>(allocate(layout.bytes))};
  arrays.lay(layout);
}

/** Entries of several rows one after the other; row r's segment s is entries cuts[r * (count + 1) + s] to the next. */
struct Nonzeros {
  float* values;
  int32_t* places;  // column times a stride
  int32_t* cuts;
  int64_t segments;
  void lay(Layout& layout, int64_t rows, int64_t d, const Segments& by) {
    values = layout.take<float>(rows * d + W);
    places = layout.take<int32_t>(rows * d + W);
    cuts = layout.take<int32_t>(rows * (by.count + 1));
    segments = by.count;
  }
  int32_t* cutsOf(int64_t row) const { return cuts + row * (segments + 1); }
  int64_t begin(int64_t row) const { return cutsOf(row)[0]; }
  int64_t end(int64_t row) const { return cutsOf(row)[segments]; }
};

/** Appends the non-zeros of n entries of a row, the first of them column `column`; writes W entries beyond. */
INLINE int64_t appendNonzeros(const Nonzeros& into, int64_t count, const float* x, int64_t n, int64_t column,
                              int32_t stride) {
  for (int64_t i = 0; i < n; i += W) {
    const vec v = i + W <= n ? load(x + i) : loadPart(x + i, n - i);
    uint32_t mask = nonZeroLanes(v);
#if defined(__AVX512F__)
    const ivec places = (laneNumbers() + static_cast<int32_t>(column + i)) * stride;
    _mm512_storeu_ps(into.values + count, _mm512_maskz_compress_ps(mask, (__m512)v));
    _mm512_storeu_si512(into.places + count, _mm512_maskz_compress_epi32(mask, (__m512i)places));
    count += __builtin_popcount(mask);
#else
    for (; mask != 0; mask &= mask - 1, count++) {
      const int64_t lane = i + __builtin_ctz(mask);
      into.values[count] = x[lane];
      into.places[count] = static_cast<int32_t>(column + lane) * stride;
    }
#endif
  }
  return count;
}

/** Lists the non-zeros of rows of x [rows, d]. */
INLINE void listNonzeros(const Nonzeros& into, const float* x, int64_t rows, const Segments& segments, int64_t d,
                         int32_t stride) {
  int64_t count = 0;
  for (int64_t r = 0; r < rows; r++) {
    int32_t* cuts = into.cutsOf(r);
    for (int64_t s = 0; s < segments.count; s++) {
      cuts[s] = static_cast<int32_t>(count);
      const int64_t first = segments.start(s);
      count = appendNonzeros(into, count, x + r * d + first, segments.start(s + 1) - first, first, stride);
    }
    cuts[segments.count] = static_cast<int32_t>(count);
  }
}

}  // namespace monosem::LEVEL
