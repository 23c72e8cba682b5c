#include "sparse-codes.h"

#include "gemm.h"

// B rows, m columns of the sparse matrix, d width of the dense vectors.
namespace monosem::LEVEL {

namespace {

constexpr int64_t kEncodedRows = 8;       // register panels of rows in one task
constexpr int64_t kEncodedColumns = 512;  // columns of the product that are held at once
constexpr int64_t kPackedFloats = int64_t(8) << 20;

/** x weights^T + bias for a task's rows, some columns at a time, each compacted while it is in the cache. */
struct Encoder {
  Codes codes;
  const float *x, *weights, *bias;
  int64_t m, d;
  Panels rows, blocks;
  int64_t sizeA, sizeB;
  float* packedWeights = nullptr;

  /** Columns of the product for which the weights are packed at once. */
  int64_t columnsAtOnce() const {
    return most(1, kPackedFloats / (blocks.count * sizeB) * NR / kEncodedColumns) * kEncodedColumns;
  }

  void packWeights(Pool& pool, int64_t first, int64_t columns) {
    const int64_t panels = divideUp(columns, NR);
    packedWeights = static_cast<float*>(pool.shared(0, blocks.count * panels * sizeB * sizeof(float)));
    parallel(pool, blocks.count * panels, [&](int64_t task, int) {
      const int64_t block = task / panels, j = task % panels * NR;
      packColumns(packedWeights + task * sizeB, {weights + (first + j) * d + blocks.start(block), d, 1},
                  least(NR, columns - j), blocks.size(block));
    });
  }

  int64_t floatsOfScratch() const { return blocks.count * kEncodedRows * sizeA + kEncodedRows * MR * kEncodedColumns; }

  /** Appends columns `from` .. `from + columns`, whose weights are packed, to the rows of some panels. */
  void encode(int64_t firstPanel, int64_t panels, int64_t from, int64_t columns, float* packed) const {
    float* product = packed + blocks.count * kEncodedRows * sizeA;
    const int64_t first = rows.start(firstPanel), end = rows.start(firstPanel + panels);
    for (int64_t block = 0; block < blocks.count; block++)
      for (int64_t i = 0; i < panels; i++)
        packRows(packed + (block * kEncodedRows + i) * sizeA,
                 {x + rows.start(firstPanel + i) * d + blocks.start(block), d, 1}, rows.size(firstPanel + i),
                 blocks.size(block));
    for (int64_t b = first; b < end && from == 0; b++) codes.counts[b] = 0;
    for (int64_t column = 0; column < columns; column += kEncodedColumns) {
      const int64_t width = least(kEncodedColumns, columns - column);
      multiply(product, packed, firstPanel, panels, from, column, columns);
      for (int64_t b = first; b < end; b++)
        codes.counts[b] = static_cast<int32_t>(appendPositive(
            codes, b, codes.counts[b], product + (b - first) * kEncodedColumns, width, from + column));
    }
  }

  void multiply(float* product, const float* packed, int64_t firstPanel, int64_t panels, int64_t from, int64_t column,
                int64_t columns) const {
    const int64_t columnPanels = divideUp(columns, NR), end = least(columns, column + kEncodedColumns);
    for (int64_t block = 0; block < blocks.count; block++)
      for (int64_t j = column; j < end; j += NR)
        for (int64_t i = 0; i < panels; i++) {
          Finish finish;
          finish.bias = bias + from + j;
          const int64_t row = rows.start(firstPanel + i) - rows.start(firstPanel);
          multiplyTile(product + row * kEncodedColumns + j - column, kEncodedColumns,
                       packed + (block * kEncodedRows + i) * sizeA,
                       packedWeights + (block * columnPanels + j / NR) * sizeB, rows.size(firstPanel + i),
                       least(NR, end - j), blocks.size(block), block == 0, block == blocks.count - 1, finish);
        }
  }
};

}  // namespace

/** encodeSparse(codes ..., x, weights, bias, m, d) */
void encodeSparse(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  const float *x = arguments.floats(kCodesArguments), *weights = arguments.floats(kCodesArguments + 1);
  const float* bias = arguments.floats(kCodesArguments + 2);
  const int64_t m = arguments.size(kCodesArguments + 3), d = arguments.size(kCodesArguments + 4);
  if (codes.B == 0) return;
  if (d == 0) fail("encodeSparse: vectors of width 0, wanted at least 1");
  const Panels rows(codes.B, MR), blocks(d, KC);
  Encoder encoder{codes, x, weights, bias, m, d, rows, blocks, panelA(blocks.size(0)), panelB(blocks.size(0))};
  const Panels tasks(rows.count, kEncodedRows);
  for (int64_t from = 0; from < m || from == 0; from += encoder.columnsAtOnce()) {
    const int64_t columns = least(encoder.columnsAtOnce(), m - from);
    encoder.packWeights(pool, from, columns);
    parallel(pool, tasks.count, [&](int64_t task, int thread) {
      float* scratch = static_cast<float*>(pool.local(thread, encoder.floatsOfScratch() * sizeof(float)));
      encoder.encode(tasks.start(task), tasks.size(task), from, columns, scratch);
    });
  }
}

}  // namespace monosem::LEVEL
