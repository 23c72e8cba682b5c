#include "gemm.h"
#include "vector-product.h"

namespace monosem::LEVEL {

namespace {

// ── packing ──

/** packed[k * stride + r] = element (r, k) of at most W rows contiguous in k; writes W floats per k. */
void packTransposed(float* packed, int64_t stride, const float* data, int64_t ld, int64_t rows, int64_t K) {
  int64_t k = 0;
  for (; k + W <= K; k += W) {
    vec block[W];
#pragma GCC unroll 16
    for (int r = 0; r < W; r++) block[r] = r < rows ? load(data + r * ld + k) : zero();
    transpose(block);
#pragma GCC unroll 16
    for (int i = 0; i < W; i++) store(packed + (k + i) * stride, block[i]);
  }
  for (; k < K; k++) {
    vec column = zero();
    for (int64_t r = 0; r < rows; r++) column[r] = data[r * ld + k];
    store(packed + k * stride, column);
  }
}

constexpr int64_t kAhead = 16;

/** packed[k * stride + r] = data[k * ld + r]; writes whole vectors but reads nothing beyond the last row's end. */
void packStraight(float* packed, int64_t stride, const float* data, int64_t ld, int64_t rows, int64_t K) {
  const int64_t vectors = divideUp(rows, W);
  const int64_t end = (K - 1) * ld + rows;
  for (int64_t k = 0; k < K; k++) {
    for (int64_t v = 0; v < vectors; v++) {
      const int64_t from = k * ld + v * W;
      __builtin_prefetch(data + from + kAhead * ld);
      const bool whole = from + W <= end;
      store(packed + k * stride + v * W, whole ? load(data + from) : loadPart(data + from, least(W, rows - v * W)));
    }
  }
}

// ── the register block ──

/** c = product of a packed panel of H rows with one of NR columns, then `finish`; at the last block bias and relu. */
template <int H>
void multiplyPanel(float* c, int64_t ldc, const float* a, const float* b, int64_t columns, int64_t K, bool first,
                   bool last, const Finish& finish) {
  vec sum[H][NV];
#pragma GCC unroll 16
  for (int i = 0; i < H; i++)
#pragma GCC unroll 4
    for (int v = 0; v < NV; v++) sum[i][v] = zero();
  for (int64_t k = 0; k < K; k++) {
    vec right[NV];
#pragma GCC unroll 4
    for (int v = 0; v < NV; v++) right[v] = load(b + v * W);
#pragma GCC unroll 16
    for (int i = 0; i < H; i++) {
      const vec left = broadcast(a[i]);
#pragma GCC unroll 4
      for (int v = 0; v < NV; v++) sum[i][v] += left * right[v];
    }
    a += H;
    b += NR;
  }
  const bool whole = columns >= NR;
  const bool scaled = last || finish.accumulate;
  const bool positive = last && finish.activation == Activation::relu;
  const vec scale = broadcast(scaled ? finish.scale : 1.0f);
#pragma GCC unroll 4
  for (int v = 0; v < NV; v++) {
    const int64_t n = columns - v * W;
    if (n <= 0) break;
    vec bias = zero();
    if (last && finish.bias != nullptr) bias = whole ? load(finish.bias + v * W) : loadPart(finish.bias + v * W, least(n, W));
#pragma GCC unroll 16
    for (int i = 0; i < H; i++) {
      float* out = c + i * ldc + v * W;
      vec x = sum[i][v];
      const vec before = first && !finish.accumulate ? zero() : n >= W ? load(out) : loadPart(out, n);
      if (finish.accumulate) x = before + (x * scale + bias);
      else x = (before + x) * scale + bias;
      if (positive) x = relu(x);
      if (n >= W) store(out, x);
      else storePart(out, x, n);
    }
  }
}

using PanelProduct = void (*)(float*, int64_t, const float*, const float*, int64_t, int64_t, bool, bool,
                              const Finish&);

template <int H>
PanelProduct panelProduct(int64_t rows) {
  if constexpr (H == 0) return nullptr;
  else return rows == H ? multiplyPanel<H> : panelProduct<H - 1>(rows);
}

__attribute__((noinline)) void activateTile(float* c, int64_t ldc, int64_t rows, int64_t columns, Activation f) {
  for (int64_t i = 0; i < rows; i++) {
    float* row = c + i * ldc;
    if (f == Activation::gelu) map(row, row, columns, [](vec x) { return gelu(x); });
    else map(row, row, columns, [](vec x) { return geluNew(x); });
  }
}

// ── the whole product ──

struct Product {
  float* c;
  Strided a, b;  // a's rows are c's rows, b's rows are c's columns
  int64_t M, N, K;
  Finish finish;
};

constexpr int64_t kSharedFloats = int64_t(8) << 20;
constexpr int64_t kPrivateRowPanels = MR >= 12 ? 12 : 24;
constexpr int64_t kPrivateColumnPanels = 256 / NR;

/** Tasks over `panels`, at most `largest` panels each, several for every thread. */
int64_t countTasks(const Pool& pool, int64_t panels, int64_t largest) {
  const int64_t wanted = most(divideUp(panels, largest), least(panels, int64_t(pool.threads()) * 4));
  return least(panels, roundUp(wanted, pool.threads()));
}

void tileOfProduct(const Product& p, const Panels& rows, int64_t i, int64_t j, const float* a, const float* b,
                   int64_t K, bool first, bool last) {
  Finish finish = p.finish;
  if (finish.bias != nullptr) finish.bias += j * NR;
  multiplyTile(p.c + rows.start(i) * p.N + j * NR, p.N, a, b, rows.size(i), least(NR, p.N - j * NR), K, first, last,
               finish);
}

constexpr int64_t kPanelsAtOnce = 8 * 16 / NR;
constexpr int64_t kVectorsA = (MR + W - 1) / W;

/** Packs neighbouring panels of a whose rows lie side by side, one step of k for all of them at a time. */
void packSideBySide(float* packed, int64_t size, Strided a, const Panels& rows, int64_t first, int64_t panels,
                    int64_t K) {
  for (int64_t k = 0; k + 1 < K; k++) {
    const float* source = a.data + k * a.column;
    for (int64_t i = 0; i < panels; i++) {
      const float* from = source + rows.start(first + i);
      float* to = packed + i * size + k * rows.size(first + i);
      __builtin_prefetch(from + kAhead * a.column);
      for (int64_t v = 0; v < kVectorsA; v++) store(to + v * W, load(from + v * W));
    }
  }
  for (int64_t i = 0; i < panels; i++) {
    const int64_t height = rows.size(first + i);
    packRows(packed + i * size + (K - 1) * height, a.at(rows.start(first + i), K - 1), height, 1);
  }
}

void packRowPanels(float* packed, int64_t size, Strided a, const Panels& rows, int64_t first, int64_t panels,
                   int64_t K) {
  if (a.row == 1 && a.column >= kVectorsA * W) return packSideBySide(packed, size, a, rows, first, panels, K);
  for (int64_t i = 0; i < panels; i++)
    packRows(packed + i * size, a.at(rows.start(first + i), 0), rows.size(first + i), K);
}

/** Packs neighbouring panels of b; where their columns lie side by side, a few steps of k for all of them at a time. */
void packColumnPanels(float* packed, int64_t size, Strided b, int64_t N, int64_t first, int64_t panels, int64_t K) {
  const int64_t step = b.row == 1 ? kAhead : K;
  for (int64_t k = 0; k < K; k += step)
    for (int64_t n = 0; n < panels; n++) {
      const int64_t column = (first + n) * NR;
      packColumns(packed + n * size + k * NR, b.at(column, k), least(NR, N - column), least(step, K - k));
    }
}

/** Tasks are groups of rows of c, each packs its rows of a; b is packed once by all threads. */
void multiplyByRows(Pool& pool, const Product& p, const Panels& blocks) {
  const Panels rows(p.M, MR);
  const int64_t columnPanels = divideUp(p.N, NR), sizeA = panelA(blocks.size(0)), sizeB = panelB(blocks.size(0));
  const int64_t group = most(1, least(blocks.count, kSharedFloats / (columnPanels * sizeB)));
  const Panels tasks(rows.count, divideUp(rows.count, countTasks(pool, rows.count, kPrivateRowPanels)));
  float* packedB = static_cast<float*>(pool.shared(0, group * columnPanels * sizeB * sizeof(float)));
  for (int64_t from = 0; from < blocks.count; from += group) {
    const int64_t to = least(blocks.count, from + group);
    const int64_t strips = divideUp(columnPanels, kPanelsAtOnce);
    parallel(pool, (to - from) * strips, [&](int64_t task, int) {
      const int64_t block = task / strips, j = task % strips * kPanelsAtOnce;
      packColumnPanels(packedB + (block * columnPanels + j) * sizeB, sizeB, p.b.at(0, blocks.start(from + block)), p.N,
                       j, least(kPanelsAtOnce, columnPanels - j), blocks.size(from + block));
    });
    parallel(pool, tasks.count, [&](int64_t task, int thread) {
      const int64_t firstPanel = tasks.start(task), panels = tasks.size(task);
      float* packedA = static_cast<float*>(pool.local(thread, panels * sizeA * sizeof(float)));
      for (int64_t block = from; block < to; block++) {
        const int64_t K = blocks.size(block);
        packRowPanels(packedA, sizeA, p.a.at(0, blocks.start(block)), rows, firstPanel, panels, K);
        for (int64_t j = 0; j < columnPanels; j++)
          for (int64_t i = 0; i < panels; i++)
            tileOfProduct(p, rows, firstPanel + i, j, packedA + i * sizeA,
                          packedB + ((block - from) * columnPanels + j) * sizeB, K, block == 0,
                          block == blocks.count - 1);
      }
    });
  }
}

/** Tasks are groups of columns of c, each packs its columns of b; a is packed once by all threads. */
void multiplyByColumns(Pool& pool, const Product& p, const Panels& blocks) {
  const Panels rows(p.M, MR);
  const int64_t columnPanels = divideUp(p.N, NR), sizeA = panelA(blocks.size(0)), sizeB = panelB(blocks.size(0));
  const int64_t group = most(1, least(blocks.count, kSharedFloats / (rows.count * sizeA)));
  const Panels tasks(columnPanels, divideUp(columnPanels, countTasks(pool, columnPanels, kPrivateColumnPanels)));
  float* packedA = static_cast<float*>(pool.shared(0, group * rows.count * sizeA * sizeof(float)));
  for (int64_t from = 0; from < blocks.count; from += group) {
    const int64_t to = least(blocks.count, from + group);
    const int64_t strips = divideUp(rows.count, kPrivateRowPanels);
    parallel(pool, (to - from) * strips, [&](int64_t task, int) {
      const int64_t block = task / strips, i = task % strips * kPrivateRowPanels;
      packRowPanels(packedA + (block * rows.count + i) * sizeA, sizeA, p.a.at(0, blocks.start(from + block)), rows, i,
                    least(kPrivateRowPanels, rows.count - i), blocks.size(from + block));
    });
    parallel(pool, tasks.count, [&](int64_t task, int thread) {
      const int64_t end = tasks.start(task) + tasks.size(task);
      float* packedB = static_cast<float*>(pool.local(thread, kPanelsAtOnce * sizeB * sizeof(float)));
      for (int64_t block = from; block < to; block++) {
        const int64_t K = blocks.size(block);
        for (int64_t j = tasks.start(task); j < end; j += kPanelsAtOnce) {
          const int64_t panels = least(kPanelsAtOnce, end - j);
          packColumnPanels(packedB, sizeB, p.b.at(0, blocks.start(block)), p.N, j, panels, K);
          for (int64_t n = 0; n < panels; n++)
            for (int64_t i = 0; i < rows.count; i++)
              tileOfProduct(p, rows, i, j + n, packedA + ((block - from) * rows.count + i) * sizeA,
                            packedB + n * sizeB, K, block == 0, block == blocks.count - 1);
        }
      }
    });
  }
}

/** K = 0: the product is zero, the epilogue is not. */
void finishZero(const Product& p) {
  const Panels rows(p.M, MR);
  for (int64_t i = 0; i < rows.count; i++)
    for (int64_t j = 0; j * NR < p.N; j++) tileOfProduct(p, rows, i, j, nullptr, nullptr, 0, true, true);
}

}  // namespace

void packRows(float* packed, Strided a, int64_t rows, int64_t K) {
  if (a.row == 1 && a.column != 1) return packStraight(packed, rows, a.data, a.column, rows, K);
  for (int64_t group = (rows - 1) / W; group >= 0; group--)
    packTransposed(packed + group * W, rows, a.data + group * W * a.row, a.row, least(W, rows - group * W), K);
}

void packColumns(float* packed, Strided b, int64_t columns, int64_t K) {
  if (b.row == 1 && b.column != 1) {
    if (columns == NR) return packStraight(packed, NR, b.data, b.column, NR, K);
    for (int64_t k = 0; k < K; k++)
      for (int64_t j = 0; j < NR; j++) packed[k * NR + j] = j < columns ? b.data[k * b.column + j] : 0;
    return;
  }
  for (int64_t v = 0; v < NV; v++)
    packTransposed(packed + v * W, NR, b.data + v * W * b.row, b.row, most(0, least(W, columns - v * W)), K);
}

void multiplyTile(float* c, int64_t ldc, const float* a, const float* b, int64_t rows, int64_t columns, int64_t K,
                  bool first, bool last, const Finish& finish) {
  panelProduct<MR>(rows)(c, ldc, a, b, columns, K, first, last, finish);
  if (last && (finish.activation == Activation::gelu || finish.activation == Activation::geluNew))
    activateTile(c, ldc, rows, columns, finish.activation);
}

/** gemm(out, a, b, M, N, K, transposeA, transposeB, scale, bias, activation, accumulate) */
void gemm(Pool& pool, const Arguments& arguments) {
  Product p;
  p.c = arguments.floats(0);
  p.M = arguments.size(3);
  p.N = arguments.size(4);
  p.K = arguments.size(5);
  p.a = arguments.flag(6) ? Strided{arguments.floats(1), 1, p.M} : Strided{arguments.floats(1), p.K, 1};
  p.b = arguments.flag(7) ? Strided{arguments.floats(2), p.K, 1} : Strided{arguments.floats(2), 1, p.N};
  p.finish = {arguments.number(8), arguments.floats(9), static_cast<Activation>(arguments.size(10)),
              arguments.flag(11)};
  if (p.M == 0 || p.N == 0) return;
  if (p.K == 0) return finishZero(p);
  if (p.M == 1 && p.finish.activation <= Activation::relu)
    return multiplyVector(pool, p.c, p.a.data, p.b, p.N, p.K, p.finish);
  const Panels blocks(p.K, KC);
  if (p.M >= p.N) multiplyByRows(pool, p, blocks);
  else multiplyByColumns(pool, p, blocks);
}

}  // namespace monosem::LEVEL
