#include "small-product.h"
#include "softmax.h"

// T positions, the last Q of them asked for, heads of width H, padded to P, a multiple of W; D = heads * H. One task is one head of one context.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kQueries = 32;

/** Where one head of one context lies. */
struct Head {
  int64_t T, Q, H, D, P, S;  // S: T padded to a multiple of W
  const float *queries, *keys, *values;
  int64_t stride;
  int64_t out;
  int64_t logSumExp;
  float scale;
};

Head findHead(const float* qkv, int64_t index, int64_t T, int64_t Q, int64_t heads, int64_t D) {
  Head head;
  const int64_t h = index % heads, batch = index / heads;
  head.T = T;
  head.Q = Q;
  head.H = D / heads;
  head.D = D;
  head.P = roundUp(head.H, W);
  head.S = roundUp(T, W);
  head.stride = 3 * D;
  head.queries = qkv + batch * T * 3 * D + h * head.H;
  head.keys = head.queries + D;
  head.values = head.queries + 2 * D;
  head.out = batch * Q * D + h * head.H;
  head.logSumExp = index * Q;
  head.scale = 1 / sqrtf(float(head.H));
  return head;
}

/** out [T, P] = factor * a, zeros in the padding. */
void copyPadded(float* out, const float* a, int64_t stride, int64_t T, int64_t H, int64_t P, float factor) {
  for (int64_t t = 0; t < T; t++)
    for (int64_t j = 0; j < P; j += W) {
      const int64_t n = least(W, H - j);
      const vec x = n == W ? load(a + t * stride + j) : loadPart(a + t * stride + j, n);
      store(out + t * P + j, x * factor);
    }
}

/** out [H, S] = factor * a^T, zeros in the padding. */
void copyTransposed(float* out, const float* a, int64_t stride, int64_t T, int64_t H, int64_t S, float factor) {
  for (int64_t t = 0; t < S; t += W)
    for (int64_t j = 0; j < H; j += W) {
      const int64_t n = least(W, H - j);
      vec block[W];
      for (int i = 0; i < W; i++) {
        const float* p = a + (t + i) * stride + j;
        block[i] = t + i >= T ? zero() : n == W ? load(p) : loadPart(p, n);
      }
      transpose(block);
      for (int64_t i = 0; i < n; i++) store(out + (j + i) * S + t, block[i] * factor);
    }
}

struct ForwardScratch {
  float *keys, *values, *scores, *rows;
  ForwardScratch(Pool& pool, int thread, const Head& h) {
    const int64_t sizes = h.H * h.S + h.T * h.P + kQueries * h.S + kQueries * h.P;
    keys = static_cast<float*>(pool.local(thread, sizes * sizeof(float)));
    scores = keys + h.H * h.S;
    values = scores + kQueries * h.S;
    rows = values + h.T * h.P;
  }
};

void attend(float* out, float* logSumExp, const Head& h, const ForwardScratch& s) {
  copyTransposed(s.keys, h.keys, h.stride, h.T, h.H, h.S, h.scale);
  copyPadded(s.values, h.values, h.stride, h.T, h.H, h.P, 1);
  const int64_t first = h.T - h.Q;
  for (int64_t begin = first; begin < h.T; begin += kQueries) {
    const int64_t count = least(kQueries, h.T - begin), keys = begin + count, place = begin - first;
    const int64_t padded = roundUp(keys, W);
    smallProduct(s.scores, h.S, count, padded, {h.queries + begin * h.stride, h.stride, 1}, s.keys, h.S, h.H, false);
    float total[kQueries];
    for (int64_t i = 0; i < count; i++) {
      float* row = s.scores + i * h.S;
      const int64_t seen = begin + i + 1;
      const float shift = largest(row, seen);
      total[i] = exponentiate(row, row, seen, shift);
      memset(row + seen, 0, (padded - seen) * sizeof(float));
      logSumExp[h.logSumExp + place + i] = shift + logf(total[i]);
    }
    smallProduct(s.rows, h.P, count, h.P, {s.scores, h.S, 1}, s.values, h.P, keys, false);
    for (int64_t i = 0; i < count; i++) {
      const float factor = 1 / total[i];
      map(out + h.out + (place + i) * h.D, s.rows + i * h.P, h.H, [&](vec x) { return x * factor; });
    }
  }
}

struct BackwardScratch {
  float *keysAcross, *valuesAcross, *keys, *queries, *dOut, *dKeys, *dValues, *weights, *dScores, *rows;
  BackwardScratch(Pool& pool, int thread, const Head& h) {
    const int64_t across = h.H * h.S, along = h.T * h.P, block = kQueries * h.S;
    float* p = static_cast<float*>(
        pool.local(thread, (2 * across + 5 * along + 2 * block + kQueries * h.P) * sizeof(float)));
    const auto take = [&](int64_t n) {
      float* part = p;
      p += n;
      return part;
    };
    keysAcross = take(across);
    valuesAcross = take(across);
    weights = take(block);
    dScores = take(block);
    keys = take(along);
    queries = take(along);
    dOut = take(along);
    dKeys = take(along);
    dValues = take(along);
    rows = take(kQueries * h.P);
  }
};

/** Turns scores into weights and their gradients into those of the scores. */
void backwardThroughSoftmax(const BackwardScratch& s, const Head& h, int64_t begin, int64_t count, const float* out,
                            const float* dOut, const float* logSumExp) {
  const int64_t padded = roundUp(begin + count, W);
  for (int64_t i = 0; i < count; i++) {
    const int64_t t = begin + i, seen = t + 1;
    float *weights = s.weights + i * h.S, *dScores = s.dScores + i * h.S;
    const vec shift = broadcast(logSumExp[h.logSumExp + t]);
    const vec mean = broadcast(dot(out + h.out + t * h.D, dOut + h.out + t * h.D, h.H));
    map(weights, weights, seen, [&](vec x) { return exponential(x - shift); });
    map(dScores, dScores, weights, seen, [&](vec d, vec w) { return w * (d - mean); });
    memset(weights + seen, 0, (padded - seen) * sizeof(float));
    memset(dScores + seen, 0, (padded - seen) * sizeof(float));
  }
}

void copyBack(float* out, int64_t stride, const float* rows, int64_t count, const Head& h, float factor) {
  for (int64_t t = 0; t < count; t++)
    map(out + t * stride, rows + t * h.P, h.H, [&](vec x) { return x * factor; });
}

void attendBackward(float* dQueries, const float* dOut, const float* out, const float* logSumExp, const Head& h,
                    const BackwardScratch& s) {
  copyTransposed(s.keysAcross, h.keys, h.stride, h.T, h.H, h.S, h.scale);
  copyTransposed(s.valuesAcross, h.values, h.stride, h.T, h.H, h.S, 1);
  copyPadded(s.keys, h.keys, h.stride, h.T, h.H, h.P, 1);
  copyPadded(s.queries, h.queries, h.stride, h.T, h.H, h.P, 1);
  copyPadded(s.dOut, dOut + h.out, h.D, h.T, h.H, h.P, 1);
  memset(s.dKeys, 0, h.T * h.P * sizeof(float));
  memset(s.dValues, 0, h.T * h.P * sizeof(float));
  for (int64_t begin = 0; begin < h.T; begin += kQueries) {
    const int64_t count = least(kQueries, h.T - begin), keys = begin + count, padded = roundUp(keys, W);
    const float *queries = s.queries + begin * h.P, *incoming = s.dOut + begin * h.P;
    smallProduct(s.weights, h.S, count, padded, {queries, h.P, 1}, s.keysAcross, h.S, h.H, false);
    smallProduct(s.dScores, h.S, count, padded, {incoming, h.P, 1}, s.valuesAcross, h.S, h.H, false);
    backwardThroughSoftmax(s, h, begin, count, out, dOut, logSumExp);
    smallProduct(s.dValues, h.P, keys, h.P, {s.weights, 1, h.S}, incoming, h.P, count, true);
    smallProduct(s.dKeys, h.P, keys, h.P, {s.dScores, 1, h.S}, queries, h.P, count, true);
    smallProduct(s.rows, h.P, count, h.P, {s.dScores, h.S, 1}, s.keys, h.P, keys, false);
    copyBack(dQueries + begin * h.stride, h.stride, s.rows, count, h, h.scale);
  }
  copyBack(dQueries + h.D, h.stride, s.dKeys, h.T, h, h.scale);
  copyBack(dQueries + 2 * h.D, h.stride, s.dValues, h.T, h, 1);
}

}  // namespace

/** causalAttention(out, logSumExp, qkv, batch, T, heads, D, Q) */
void causalAttention(Pool& pool, const Arguments& arguments) {
  float *out = arguments.floats(0), *logSumExp = arguments.floats(1);
  const float* qkv = arguments.floats(2);
  const int64_t T = arguments.size(4), heads = arguments.size(5), D = arguments.size(6);
  const int64_t Q = arguments.size(7);
  parallel(pool, arguments.size(3) * heads, [&](int64_t task, int thread) {
    const Head head = findHead(qkv, task, T, Q, heads, D);
    attend(out, logSumExp, head, ForwardScratch(pool, thread, head));
  });
}

/** causalAttentionBackward(dQkv, dOut, out, logSumExp, qkv, batch, T, heads, D) */
void causalAttentionBackward(Pool& pool, const Arguments& arguments) {
  float* dQkv = arguments.floats(0);
  const float *dOut = arguments.floats(1), *out = arguments.floats(2), *logSumExp = arguments.floats(3);
  const float* qkv = arguments.floats(4);
  const int64_t T = arguments.size(6), heads = arguments.size(7), D = arguments.size(8);
  parallel(pool, arguments.size(5) * heads, [&](int64_t task, int thread) {
    const Head head = findHead(qkv, task, T, T, heads, D);
    attendBackward(dQkv + (head.queries - qkv), dOut, out, logSumExp, head, BackwardScratch(pool, thread, head));
  });
}

}  // namespace monosem::LEVEL
