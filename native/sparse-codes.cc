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

void requireIndices(const char* op, const Codes& codes, int64_t m) {
  for (int64_t b = 0; b < codes.B; b++) requireRows(op, codes.indices + b * codes.capacity, codes.count(b), m);
}

constexpr int kDecoded = 8;  // vectors of the output held in registers

/** out[j ...] = bias + sum of coefficients times rows of weights, V vectors from column j. */
template <int V>
INLINE void decodePart(float* out, const int32_t* indices, const float* coefficients, int64_t count,
                       const float* weights, const float* bias, int64_t d) {
  vec sum[V];
#pragma GCC unroll 8
  for (int v = 0; v < V; v++) sum[v] = bias == nullptr ? zero() : load(bias + v * W);
  for (int64_t k = 0; k < count; k++) {
    const vec c = broadcast(coefficients[k]);
    const float* row = weights + indices[k] * d;
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) sum[v] += c * load(row + v * W);
  }
#pragma GCC unroll 8
  for (int v = 0; v < V; v++) store(out + v * W, sum[v]);
}

INLINE void decodeRow(float* out, const int32_t* indices, const float* coefficients, int64_t count,
                      const float* weights, const float* bias, int64_t d) {
  int64_t j = 0;
  const auto part = [&](int64_t at) { return bias == nullptr ? nullptr : bias + at; };
  for (; j + kDecoded * W <= d; j += kDecoded * W)
    decodePart<kDecoded>(out + j, indices, coefficients, count, weights + j, part(j), d);
  for (; j + W <= d; j += W) decodePart<1>(out + j, indices, coefficients, count, weights + j, part(j), d);
  if (j == d) return;
  vec sum = bias == nullptr ? zero() : loadPart(bias + j, d - j);
  for (int64_t k = 0; k < count; k++) sum += coefficients[k] * loadPart(weights + indices[k] * d + j, d - j);
  storePart(out + j, sum, d - j);
}

constexpr int64_t kCodeRows = 32;

}  // namespace

/** compact(codes ..., dense, m) */
void compact(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  const float* dense = arguments.floats(kCodesArguments);
  const int64_t m = arguments.size(kCodesArguments + 1);
  parallelBlocks(pool, codes.B, rowsPerTask(m), [&](int64_t begin, int64_t end, int) {
    for (int64_t b = begin; b < end; b++)
      codes.counts[b] = static_cast<int32_t>(appendPositive(codes, b, 0, dense + b * m, m, 0));
  });
}

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

/** sparseDecode(codes ..., out, coefficients, weights, bias or 0, m, d) */
void sparseDecode(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  float* out = arguments.floats(kCodesArguments);
  const float *coefficients = arguments.floats(kCodesArguments + 1), *weights = arguments.floats(kCodesArguments + 2);
  const float* bias = arguments.floats(kCodesArguments + 3);
  const int64_t d = arguments.size(kCodesArguments + 5);
  requireIndices("sparseDecode", codes, arguments.size(kCodesArguments + 4));
  parallelBlocks(pool, codes.B, kCodeRows, [&](int64_t begin, int64_t end, int) {
    for (int64_t b = begin; b < end; b++)
      decodeRow(out + b * d, codes.indices + b * codes.capacity, coefficients + b * codes.capacity, codes.count(b),
                weights, bias, d);
  });
}

/** sparseDot(codes ..., out, x, weights, m, d, offset) */
void sparseDot(Pool& pool, const Arguments& arguments) {
  const Codes codes(arguments);
  float* out = arguments.floats(kCodesArguments);
  const float *x = arguments.floats(kCodesArguments + 1), *weights = arguments.floats(kCodesArguments + 2);
  const int64_t d = arguments.size(kCodesArguments + 4);
  const float offset = arguments.number(kCodesArguments + 5);
  requireIndices("sparseDot", codes, arguments.size(kCodesArguments + 3));
  parallelBlocks(pool, codes.B, kCodeRows, [&](int64_t begin, int64_t end, int) {
    for (int64_t b = begin; b < end; b++)
      for (int64_t k = b * codes.capacity; k < b * codes.capacity + codes.count(b); k++)
        out[k] = dot(x + b * d, weights + codes.indices[k] * d, d) + offset;
  });
}

}  // namespace monosem::LEVEL
