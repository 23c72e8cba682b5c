#include "encoder.h"
#include "screen-bytes.h"
#include "screen-shorts.h"

namespace monosem::LEVEL {

namespace {

constexpr int64_t kFewRows = 64;  // preparing the weights pays from here on
constexpr int64_t kSampledRows = 64;

// What a way costs a row, in units of a multiplication of the dense product (measured on a Zen 4 core).
constexpr double kNonzerosCost = 1.8, kShortsCost = 0.8;  // for a non-zero and a column
constexpr double kBytesCost = 0.4;                        // for a column of x and one of the product
constexpr double kCandidateCost = 500, kCandidateWidthCost = 4, kCandidateNonzeroCost = 10, kCandidateMostCost = 4;

/** Non-zeros in an average row of x. */
double averageNonzeros(const EncoderInputs& in) {
  const int64_t rows = least(kSampledRows, in.codes.B);
  int64_t count = 0;
  for (int64_t i = 0; i < rows; i++) {
    const float* row = in.x + i * in.codes.B / rows * in.d;
    for (int64_t k = 0; k < in.d; k += W)
      count += __builtin_popcount(nonZeroLanes(k + W <= in.d ? load(row + k) : loadPart(row + k, in.d - k)));
  }
  return double(count) / rows;
}

bool allFinite(Pool& pool, const EncoderInputs& in) {
  const int64_t blocks = divideUp(in.m, rowsPerTask(in.d));
  int32_t* finite = static_cast<int32_t*>(pool.shared(0, blocks * sizeof(int32_t)));
  parallelBlocks(pool, in.m, rowsPerTask(in.d), [&](int64_t begin, int64_t end, int) {
    const auto difference = [](vec v) { return v - v; };
    const float sum = reduce(in.weights + begin * in.d, (end - begin) * in.d, difference) +
                      reduce(in.bias + begin, end - begin, difference);
    finite[begin / rowsPerTask(in.d)] = sum == 0;
  });
  for (int64_t i = 0; i < blocks; i++)
    if (finite[i] == 0) return false;
  return true;
}

/** By the cheaper screening, where that and the candidates it leaves cost less than `plain` for each column. */
bool encodeByScreening(Pool& pool, const EncoderInputs& in, double nonzeros, double plain) {
  if (in.d > kWidestScreened) return false;
  const double d = double(in.d), shorts = kScreensShorts ? kShortsCost * nonzeros : plain;
  const double bytes = multipliesBytes() ? kBytesCost * d : plain, saved = (plain - fmin(shorts, bytes)) * in.m;
  if (saved <= 0) return false;
  const double candidate =
      kCandidateCost + kCandidateWidthCost * d + fmin(kCandidateNonzeroCost * nonzeros, kCandidateMostCost * d);
  return (shorts <= bytes ? encodeByShorts : encodeByBytes)(pool, in, saved / candidate);
}

}  // namespace

/** encodeSparse(codes ..., x, weights, bias, m, d) */
void encodeSparse(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  const EncoderInputs in{codes,
                         arguments.floats(kCodesArguments),
                         arguments.floats(kCodesArguments + 1),
                         arguments.floats(kCodesArguments + 2),
                         arguments.size(kCodesArguments + 3),
                         arguments.size(kCodesArguments + 4)};
  if (codes.B == 0) return;
  if (in.d == 0) fail("encodeSparse: vectors of width 0, wanted at least 1");
  if (in.m == 0) memset(codes.counts, 0, codes.B * sizeof(int32_t));
  if (codes.B < kFewRows) return encodeDense(pool, in);
  const double nonzeros = averageNonzeros(in), overNonzeros = kNonzerosCost * nonzeros;
  if (encodeByScreening(pool, in, nonzeros, fmin(overNonzeros, double(in.d)))) return;
  if (overNonzeros < double(in.d) && allFinite(pool, in)) encodeNonzeros(pool, in);
  else encodeDense(pool, in);
}

}  // namespace monosem::LEVEL
