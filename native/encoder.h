#pragma once
#include "nonzeros.h"
#include "sparse-codes.h"

// B rows, m columns of the sparse matrix, d width of the dense vectors. An entry is the sum over the columns of x in
// ascending order, block of KC by block, and then the bias: each way of encoding gives the same bytes.
namespace monosem::LEVEL {

struct EncoderInputs {
  Codes codes;
  const float *x, *weights, *bias;
  int64_t m, d;
};

/** A product with all of x: right for any numbers, and fastest where x is dense. */
void encodeDense(Pool& pool, const EncoderInputs& inputs);

/** A product with the non-zeros of x; the weights have to be finite. */
void encodeNonzeros(Pool& pool, const EncoderInputs& inputs);

/**
 * Computes only what can be positive. False, and nothing of use in the codes, where a weight or bias is not finite or
 * where a sample of rows has more than `most` candidates on average.
 */
bool encodeByShorts(Pool& pool, const EncoderInputs& inputs, double mostCandidates);

/** The same by products of bytes with all of x. */
bool encodeByBytes(Pool& pool, const EncoderInputs& inputs, double mostCandidates);

}  // namespace monosem::LEVEL
