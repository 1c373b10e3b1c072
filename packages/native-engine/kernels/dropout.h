// Dropout in place on a panel of a hidden layer, drawn or given. The factor of what is kept is taken by the sums of the
// next layer.
//
// Drawn (packages/core/src/dropout/dropout-masks.ts): a row has four xorshift generators of 32 bits (Marsaglia 2003),
// started by one Philox block. A round of the four is eight 16-bit draws, those of the next eight units, so an AVX2
// register makes the draws of 8 units of two rows at once, and they lie in the order of the units. No mask is stored:
// a dropped output is 0, and so is its gradient where the output is not above 0.
#pragma once

#include "philox.h"

namespace holdfast::HOLDFAST_REGISTERS {

// Starts the generators of `rows` rows (up to a multiple of 8), four words a row, in `states`.
inline void startDraws(uint32_t* states, int rows, uint32_t firstRow, uint32_t step, uint32_t layer, Seed seed) {
  __m256i* to = reinterpret_cast<__m256i*>(states);
  for (int row = 0; row < rows; row += 8, to += 4) {
    philoxFour(firstRow + (uint32_t)row, step, purposeDropout, layer, seed, to);
    philoxFour(firstRow + (uint32_t)row + 4, step, purposeDropout, layer, seed, to + 2);
    // xorshift never leaves 0.
    for (int i = 0; i < 4; i++) {
      const __m256i isZero = _mm256_cmpeq_epi32(to[i], _mm256_setzero_si256());
      to[i] = _mm256_or_si256(to[i], _mm256_and_si256(isZero, _mm256_set1_epi32((int)weyl0)));
    }
  }
}

// A threshold that every draw is below: it does not fit 16 bits.
constexpr int dropsAll = 32768;

// The next draws of two rows.
inline __m256i nextDraws(__m256i x) {
  x = _mm256_xor_si256(x, _mm256_slli_epi32(x, 13));
  x = _mm256_xor_si256(x, _mm256_srli_epi32(x, 17));
  return _mm256_xor_si256(x, _mm256_slli_epi32(x, 5));
}

// h where the draws of its 8 units have not dropped it, else 0.
inline Eight keep(Eight h, __m128i dropped) {
  return _mm256_andnot_ps(_mm256_castsi256_ps(_mm256_cvtepi16_epi32(dropped)), h);
}

// Draws for the next 16 units of each row: one below `threshold` drops its unit.
inline void dropDrawn(float* panel, uint32_t* states, int rows, int threshold) {
  if (threshold >= dropsAll) {
    memset(panel, 0, sizeof(float) * panelWidth * (size_t)rows);
    return;
  }
  const __m256i bound = _mm256_set1_epi16((short)threshold);
  for (int row = 0; row < rows; row += 2) {
    __m256i* state = reinterpret_cast<__m256i*>(states + 4 * row);
    __m256i x = *state;
    float* h = panel + row * panelWidth;
    for (int half = 0; half < 2; half++, h += 8) {
      x = nextDraws(x);
      const __m256i dropped = _mm256_cmpgt_epi16(bound, x);
      storeEight(h, keep(loadEight(h), _mm256_castsi256_si128(dropped)));
      storeEight(h + panelWidth, keep(loadEight(h + panelWidth), _mm256_extracti128_si256(dropped, 1)));
    }
    *state = x;
  }
}

// `mask`: rows × units of 0 and 1; the panel's first unit is `firstUnit`.
inline void dropGiven(float* panel, const uint8_t* mask, int rows, int units, int firstUnit) {
  const int width = units - firstUnit < panelWidth ? units - firstUnit : panelWidth;
  for (int row = 0; row < rows; row++)
    for (int j = 0; j < width; j++)
      if (mask[(size_t)row * (size_t)units + (size_t)(firstUnit + j)] == 0) panel[row * panelWidth + j] = 0;
}

}  // namespace holdfast::HOLDFAST_REGISTERS
