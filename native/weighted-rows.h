#pragma once
#include "vector.h"

namespace monosem::LEVEL {

/** A row of a table and its weight in a sum. */
struct Weighted {
  int32_t row;
  float weight;
};

template <int R>
INLINE void addRowsAtOnce(float* out, const float* table, int64_t d, const Weighted (&terms)[R]) {
  const float* rows[R];
  vec weights[R];
  for (int r = 0; r < R; r++) {
    rows[r] = table + terms[r].row * d;
    weights[r] = broadcast(terms[r].weight);
  }
  int64_t j = 0;
  for (; j + W <= d; j += W) {
    vec sum = load(out + j);
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) sum += weights[r] * load(rows[r] + j);
    store(out + j, sum);
  }
  if (j == d) return;
  vec sum = loadPart(out + j, d - j);
  for (int r = 0; r < R; r++) sum += weights[r] * loadPart(rows[r] + j, d - j);
  storePart(out + j, sum, d - j);
}

/** out[d] += the sum of weighted rows of table [.., d], in order; term(k) is the k-th. */
template <class F>
INLINE void addWeightedRows(float* out, const float* table, int64_t d, int64_t count, const F& term) {
  int64_t k = 0;
  for (; k + 4 <= count; k += 4) addRowsAtOnce(out, table, d, {term(k), term(k + 1), term(k + 2), term(k + 3)});
  for (; k < count; k++) addRowsAtOnce(out, table, d, {term(k)});
}

}  // namespace monosem::LEVEL
