// The three matrix products of a dense layer, on panels.
//
// Mental model: a tile of the result stays in registers, `tileRows` rows × 16 columns, while the inner dimension is
// walked through once, in order. Each step loads 16 numbers of one factor, broadcasts `tileRows` numbers of the other,
// multiplies and adds. Every number of the result is one sum in the order of the inner dimension, whatever the tile,
// so neither tile nor register width changes a bit. Six rows of AVX2 take 12 of 16 registers for sums, and leave what a step
// needs; the rows that six do not divide go in fours. AVX-512 has registers for eight. (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM
// TOMS 34, 2008, without the packing: panels are the packed form already.)
#pragma once

#include "vectors.h"

namespace holdfast::HOLDFAST_REGISTERS {

constexpr int tileRows = lanes == 16 ? 8 : 6;

// As much of a 16-column panel of weights as stays in the first-level cache beside the rows: 256 × 64 bytes.
constexpr int depthOfBlock = 256;

// sums[r] += Σ_k x[r][k] · w[k], k < depth ≤ 16; rows of x and w are 16 numbers apart.
template <int rows>
inline __attribute__((always_inline)) void multiplyTile(Floats (&sums)[rows][vectorsOfPanel], const float* x,
                                                        const float* w, int depth) {
  for (int k = 0; k < depth; k++) {
    Floats row[vectorsOfPanel];
    for (int v = 0; v < vectorsOfPanel; v++) row[v] = load(w + k * panelWidth + v * lanes);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
      const Floats factor = all(x[r * panelWidth + k]);
      for (int v = 0; v < vectorsOfPanel; v++) sums[r][v] += factor * row[v];
    }
  }
}

enum class After {
  nothing,
  relu,      // z > 0 ? z : 0, clamped to the largest finite number
  gradient,  // 0 where the output of the layer below is 0
};

struct PanelProduct {
  const float* x;       // panels of the left factor, rows × 16 each
  size_t xPanel;        // from one panel of x to the next, in numbers
  int depth;            // the inner dimension
  const float* w;       // depth × 16
  const float* biases;  // 16 numbers that the sums start from; null: 0
  float scale;          // 0, or a factor of the sums: they start from 0 then, and the biases are added after it
  float* out;           // rows × 16
  int rows;             // room is up to a multiple of 8
  const float* below;   // After::gradient: outputs of the layer below, rows × 16
};

// A finished sum and what comes after it.
template <After after>
inline Floats ended(const PanelProduct& p, Floats value, const float* biases, const float* below) {
  if (after == After::gradient) return wherePositive(load(below), value);
  if (p.scale != 0) value = value * all(p.scale) + load(biases);
  return after == After::relu ? lesser(greater(value, all(0)), all(__FLT_MAX__)) : value;
}

// Some rows of a panel of a product, out = biases + x · w, and then what comes after it: the inner dimension from `from`, a
// multiple of depthOfBlock, to the end of that block. The sums go on from what the blocks before have left in `out`.
template <int rows, After after>
inline __attribute__((always_inline)) void multiplyRows(const PanelProduct& p, int from, int r) {
  const int to = p.depth - from < depthOfBlock ? p.depth : from + depthOfBlock;
  const bool fromBiases = p.biases != nullptr && p.scale == 0;
  Floats sums[rows][vectorsOfPanel];
  float* out = p.out + r * panelWidth;
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < vectorsOfPanel; v++)
      sums[i][v] = from > 0     ? load(out + i * panelWidth + v * lanes)
                   : fromBiases ? load(p.biases + v * lanes)
                                : all(0);
  const float* x = p.x + (size_t)(from / panelWidth) * p.xPanel + r * panelWidth;
  const float* w = p.w + (size_t)from * panelWidth;
  int k = from;
  for (; k + panelWidth <= to; k += panelWidth, x += p.xPanel, w += panelWidth * panelWidth)
    multiplyTile<rows>(sums, x, w, panelWidth);
  if (k < to) multiplyTile<rows>(sums, x, w, to - k);
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < vectorsOfPanel; v++) {
      const int at = i * panelWidth + v * lanes;
      const bool last = to == p.depth;
      store(out + at, last ? ended<after>(p, sums[i][v], p.biases + v * lanes, p.below + r * panelWidth + at) : sums[i][v]);
    }
}

// All rows of a panel, up to a multiple of 4 with AVX2 and of 8 with AVX-512. Not inlined: among other code compilers lose
// a register of the sums to something else.
template <After after>
__attribute__((noinline)) void multiplyPanel(const PanelProduct& p, int from) {
  int r = 0;
  if (lanes == 16) {
    for (; r < p.rows; r += tileRows) multiplyRows<tileRows, after>(p, from, r);
    return;
  }
  // With none, one or two tiles of four, six divide what is left of a multiple of four.
  const int rows = (p.rows + 3) / 4 * 4;
  const int inFours = rows % 6 == 0 ? 0 : rows % 6 == 4 ? 4 : 8;
  for (; r < rows - inFours; r += tileRows) multiplyRows<tileRows, after>(p, from, r);
  for (; r < rows; r += 4) multiplyRows<4, after>(p, from, r);
}

template <After after>
inline void multiplyPanel(const PanelProduct& p) {
  // Once at least: of a depth of 0 the result is 0.
  int from = 0;
  do {
    multiplyPanel<after>(p, from);
    from += depthOfBlock;
  } while (from < p.depth);
}

// gradients[i] (+)= Σ_r x[r][i] · dz[r], i < count, over the rows in order; `withSums`: sums (+)= Σ_r dz[r] too.
template <int count, bool withSums>
inline void addGradientTile(const float* x, const float* dz, int rows, float* gradients, float* sums, bool first) {
  Floats tile[count][vectorsOfPanel], total[vectorsOfPanel];
  for (int v = 0; v < vectorsOfPanel; v++) {
    for (int i = 0; i < count; i++)
      tile[i][v] = first ? all(0) : load(gradients + i * panelWidth + v * lanes);
    if (withSums) total[v] = first ? all(0) : load(sums + v * lanes);
  }
  for (int r = 0; r < rows; r++) {
    Floats row[vectorsOfPanel];
    for (int v = 0; v < vectorsOfPanel; v++) {
      row[v] = load(dz + r * panelWidth + v * lanes);
      if (withSums) total[v] += row[v];
    }
#pragma GCC unroll 8
    for (int i = 0; i < count; i++) {
      const Floats factor = all(x[r * panelWidth + i]);
      for (int v = 0; v < vectorsOfPanel; v++) tile[i][v] += factor * row[v];
    }
  }
  for (int v = 0; v < vectorsOfPanel; v++) {
    for (int i = 0; i < count; i++) store(gradients + i * panelWidth + v * lanes, tile[i][v]);
    if (withSums) store(sums + v * lanes, total[v]);
  }
}

template <bool withSums>
inline void addGradientTile(int count, const float* x, const float* dz, int rows, float* gradients, float* sums,
                            bool first) {
  switch (count) {
    case 1: return addGradientTile<1, withSums>(x, dz, rows, gradients, sums, first);
    case 2: return addGradientTile<2, withSums>(x, dz, rows, gradients, sums, first);
    case 3: return addGradientTile<3, withSums>(x, dz, rows, gradients, sums, first);
    case 4: return addGradientTile<4, withSums>(x, dz, rows, gradients, sums, first);
    case 5: return addGradientTile<5, withSums>(x, dz, rows, gradients, sums, first);
    case 6: return addGradientTile<6, withSums>(x, dz, rows, gradients, sums, first);
#if HOLDFAST_LANES == 16
    case 7: return addGradientTile<7, withSums>(x, dz, rows, gradients, sums, first);
    case 8: return addGradientTile<8, withSums>(x, dz, rows, gradients, sums, first);
#endif
  }
}

// A panel of weight gradients: gradients (depth × 16) (+)= xᵀ · dz, where x is panels of rows × 16 and dz one panel;
// where `sums` is given, its 16 numbers (+)= the column sums of dz, which are the bias gradients.
inline void addGradientPanel(const float* x, size_t xPanel, int depth, const float* dz, int rows, float* gradients,
                             float* sums, bool first) {
  int k = 0;
  while (k < depth) {
    const float* column = x + (size_t)(k / panelWidth) * xPanel + k % panelWidth;
    float* to = gradients + (size_t)k * panelWidth;
    // With AVX2 the 16 of a panel go as 4, 6 and 6: the first leaves registers for the bias gradients.
    const int most = lanes == 8 && k % panelWidth == 0 ? 4 : tileRows;
    const int count = depth - k < most ? depth - k : most;
    if (k == 0 && sums != nullptr) addGradientTile<true>(count, column, dz, rows, to, sums, first);
    else addGradientTile<false>(count, column, dz, rows, to, nullptr, first);
    k += count;
  }
}

// sums (16 numbers) (+)= the column sums of a panel, whose numbers are then multiplied by `scale` unless that is 0.
inline void addRows(float* panel, int rows, float* sums, bool first, float scale) {
  Floats total[vectorsOfPanel];
  for (int v = 0; v < vectorsOfPanel; v++) total[v] = first ? all(0) : load(sums + v * lanes);
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectorsOfPanel; v++) {
      float* row = panel + r * panelWidth + v * lanes;
      total[v] += load(row);
      if (scale != 0) store(row, load(row) * all(scale));
    }
  for (int v = 0; v < vectorsOfPanel; v++) store(sums + v * lanes, total[v]);
}

// For layers of few units: z[c] += Σ_k h[row][k] · w[c][k], k < 16, for 8 rows side by side. The 8 × 8 blocks of h are
// transposed in registers; z lies [unit][row], `room` rows apart; w is units × 16.
template <int count>
inline __attribute__((always_inline)) void addFewUnits(const Eight (&columns)[8], const float* w, float* z,
                                                       size_t room) {
  Eight sums[count];
  for (int c = 0; c < count; c++) sums[c] = loadEight(z + (size_t)c * room);
#pragma GCC unroll 8
  for (int k = 0; k < 8; k++)
    for (int c = 0; c < count; c++) sums[c] += columns[k] * allEight(w[c * panelWidth + k]);
  for (int c = 0; c < count; c++) storeEight(z + (size_t)c * room, sums[c]);
}

inline void multiplyFewUnits(const float* h, const float* w, int units, float* z, size_t room, int rows) {
  for (int r = 0; r < rows; r += 8)
    for (int half = 0; half < panelWidth; half += 8) {
      Eight columns[8];
      for (int i = 0; i < 8; i++) columns[i] = loadEight(h + (r + i) * panelWidth + half);
      transpose(columns);
      int c = 0;
      for (; c + 4 <= units; c += 4)
        addFewUnits<4>(columns, w + c * panelWidth + half, z + (size_t)c * room + r, room);
      const float* rest = w + c * panelWidth + half;
      float* to = z + (size_t)c * room + r;
      if (units - c == 1) addFewUnits<1>(columns, rest, to, room);
      if (units - c == 2) addFewUnits<2>(columns, rest, to, room);
      if (units - c == 3) addFewUnits<3>(columns, rest, to, room);
    }
}

}  // namespace holdfast::HOLDFAST_REGISTERS
