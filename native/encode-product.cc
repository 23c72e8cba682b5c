#include "encoder.h"

// x weights^T + bias for some rows and some columns at a time, compacted while it is in the cache.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kTaskPanels = 8;  // register panels of rows in one task
constexpr int64_t kTaskRows = kTaskPanels * MR;
constexpr int64_t kTaskColumns = 512;  // columns of the product that are held at once
constexpr int64_t kPackedFloats = int64_t(8) << 20;
constexpr int kPanelsTogether = (W == 16 ? 4 : 8) / NV;  // of packed weights, against the non-zeros of x

/** Rows of codes, and the columns from `from` of which the weights are packed. */
struct Packed : EncoderInputs {
  Panels rows;
  Segments segments;
  Panels blocks;
  int64_t sizeA, sizeB;
  float* weightsPacked = nullptr;
  int64_t from = 0, columns = 0;

  explicit Packed(const EncoderInputs& inputs)
      : EncoderInputs(inputs), rows(codes.B, MR), segments(d), blocks(segments.blocks), sizeA(panelA(blocks.size(0))),
        sizeB(panelB(blocks.size(0))) {}

  /** Columns of the product for which the weights are packed at once. */
  int64_t columnsAtOnce() const {
    return most(1, kPackedFloats / (blocks.count * sizeB) * NR / kTaskColumns) * kTaskColumns;
  }

  void pack(Pool& pool, int64_t first) {
    from = first;
    columns = least(columnsAtOnce(), m - from);
    const int64_t panels = divideUp(columns, NR);
    weightsPacked = static_cast<float*>(pool.shared(0, blocks.count * panels * sizeB * sizeof(float)));
    parallel(pool, blocks.count * panels, [&](int64_t task, int) {
      const int64_t block = task / panels, j = task % panels * NR;
      packColumns(weightsPacked + task * sizeB, {weights + (from + j) * d + blocks.start(block), d, 1},
                  least(NR, columns - j), blocks.size(block));
    });
  }

  const float* panel(int64_t block, int64_t column) const {
    return weightsPacked + (block * divideUp(columns, NR) + column / NR) * sizeB;
  }

  void append(int64_t first, int64_t end, const float* product, int64_t column, int64_t width) const {
    for (int64_t b = first; b < end; b++) {
      const int64_t before = from + column == 0 ? 0 : codes.counts[b];
      codes.counts[b] = static_cast<int32_t>(
          appendPositive(codes, b, before, product + (b - first) * kTaskColumns, width, from + column));
    }
  }
};

/** For all columns: pack their weights, then task(packed, firstPanel, panels, thread) for the panels of rows. */
template <class F>
INLINE void overRowsAndColumns(Pool& pool, const EncoderInputs& inputs, const F& task) {
  Packed packed(inputs);
  const Panels tasks(packed.rows.count, kTaskPanels);
  for (int64_t from = 0; from < inputs.m; from += packed.columnsAtOnce()) {
    packed.pack(pool, from);
    parallel(pool, tasks.count,
             [&](int64_t i, int thread) { task(packed, tasks.start(i), tasks.size(i), thread); });
  }
}

// ── all of x ──

void multiplyDense(float* product, const float* rowsPacked, const Packed& p, int64_t firstPanel, int64_t panels,
                   int64_t column) {
  const int64_t end = least(p.columns, column + kTaskColumns);
  for (int64_t block = 0; block < p.blocks.count; block++)
    for (int64_t j = column; j < end; j += NR)
      for (int64_t i = 0; i < panels; i++) {
        Finish finish;
        finish.bias = p.bias + p.from + j;
        const int64_t row = p.rows.start(firstPanel + i) - p.rows.start(firstPanel);
        multiplyTile(product + row * kTaskColumns + j - column, kTaskColumns,
                     rowsPacked + (block * kTaskPanels + i) * p.sizeA, p.panel(block, j), p.rows.size(firstPanel + i),
                     least(NR, end - j), p.blocks.size(block), block == 0, block == p.blocks.count - 1, finish);
      }
}

// ── the non-zeros of x ──

struct NonzeroScratch {
  int64_t d;
  Segments segments;
  Nonzeros nonzeros;
  float *sums, *product;
  explicit NonzeroScratch(int64_t width) : d(width), segments(width) {}
  void lay(Layout& layout) {
    nonzeros.lay(layout, kTaskRows, d, segments);
    sums = layout.take<float>(kTaskRows * kPanelsTogether * NR);
    product = layout.take<float>(kTaskRows * kTaskColumns);
  }
};

/** sum += a row's entries times P packed panels that lie `size` floats apart. */
template <int P>
INLINE void addEntries(vec (&sum)[P * NV], const float* panels, int64_t size, const int32_t* places,
                       const float* values, int64_t n) {
#pragma GCC unroll 2
  for (int64_t i = 0; i < n; i++) {
    const vec x = broadcast(values[i]);
    const float* right = panels + places[i];
#pragma GCC unroll 8
    for (int p = 0; p < P; p++)
#pragma GCC unroll 4
      for (int v = 0; v < NV; v++) sum[p * NV + v] += x * load(right + p * size + v * W);
  }
}

/** A row's sums over one block of K, added to what the blocks before left and, after the last, to the bias. */
template <int P>
INLINE void finishBlock(float* out, const vec (&sum)[P * NV], const float* bias, int64_t width, bool first, bool last) {
#pragma GCC unroll 8
  for (int v = 0; v < P * NV; v++) {
    const int64_t n = width - v * W;
    if (n <= 0) break;
    vec total = first ? sum[v] : load(out + v * W) + sum[v];
    if (last) total += n >= W ? load(bias + v * W) : loadPart(bias + v * W, n);
    store(out + v * W, total);
  }
}

/** The product of rows with P panels, the first of which is column `column`. */
template <int P>
void multiplyPanels(const NonzeroScratch& scratch, const Packed& p, int64_t rows, int64_t column) {
  float* product = scratch.product + column % kTaskColumns;
  const Nonzeros& nonzeros = scratch.nonzeros;
  for (int64_t s = 0; s < scratch.segments.count; s++) {
    const int64_t block = s / scratch.segments.perBlock, part = s % scratch.segments.perBlock;
    const float* panels = p.panel(block, column) - p.blocks.start(block) * NR;
    for (int64_t r = 0; r < rows; r++) {
      vec sum[P * NV];
      float* kept = scratch.sums + r * P * NR;
#pragma GCC unroll 8
      for (int v = 0; v < P * NV; v++) sum[v] = part == 0 ? zero() : load(kept + v * W);
      const int32_t* cuts = nonzeros.cutsOf(r) + s;
      addEntries<P>(sum, panels, p.sizeB, nonzeros.places + cuts[0], nonzeros.values + cuts[0], cuts[1] - cuts[0]);
      if (part == scratch.segments.perBlock - 1) {
        finishBlock<P>(product + r * kTaskColumns, sum, p.bias + p.from + column, p.columns - column, block == 0,
                       block == p.blocks.count - 1);
        continue;
      }
#pragma GCC unroll 8
      for (int v = 0; v < P * NV; v++) store(kept + v * W, sum[v]);
    }
  }
}

}  // namespace

void encodeDense(Pool& pool, const EncoderInputs& inputs) {
  overRowsAndColumns(pool, inputs, [&](const Packed& p, int64_t firstPanel, int64_t panels, int thread) {
    const int64_t floats = p.blocks.count * kTaskPanels * p.sizeA;
    float* packed = static_cast<float*>(pool.local(thread, (floats + kTaskRows * kTaskColumns) * sizeof(float)));
    for (int64_t block = 0; block < p.blocks.count; block++)
      for (int64_t i = 0; i < panels; i++)
        packRows(packed + (block * kTaskPanels + i) * p.sizeA,
                 {p.x + p.rows.start(firstPanel + i) * p.d + p.blocks.start(block), p.d, 1},
                 p.rows.size(firstPanel + i), p.blocks.size(block));
    for (int64_t column = 0; column < p.columns; column += kTaskColumns) {
      multiplyDense(packed + floats, packed, p, firstPanel, panels, column);
      p.append(p.rows.start(firstPanel), p.rows.start(firstPanel + panels), packed + floats, column,
               least(kTaskColumns, p.columns - column));
    }
  });
}

void encodeNonzeros(Pool& pool, const EncoderInputs& inputs) {
  overRowsAndColumns(pool, inputs, [&](const Packed& p, int64_t firstPanel, int64_t panels, int thread) {
    const int64_t first = p.rows.start(firstPanel), end = p.rows.start(firstPanel + panels);
    NonzeroScratch scratch(p.d);
    layOut(scratch, [&](size_t bytes) { return pool.local(thread, bytes); });
    listNonzeros(scratch.nonzeros, p.x + first * p.d, end - first, scratch.segments, p.d, NR);
    for (int64_t column = 0; column < p.columns; column += kTaskColumns) {
      const int64_t width = least(kTaskColumns, p.columns - column);
      int64_t j = 0;
      for (; j + (kPanelsTogether - 1) * NR < width; j += kPanelsTogether * NR)
        multiplyPanels<kPanelsTogether>(scratch, p, end - first, column + j);
      for (; j < width; j += NR) multiplyPanels<1>(scratch, p, end - first, column + j);
      p.append(first, end, scratch.product, column, width);
    }
  });
}

}  // namespace monosem::LEVEL
