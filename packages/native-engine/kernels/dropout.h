// Inverted dropout in place on a panel of a hidden layer, drawn or given.
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

// Scales what is kept and clamps it to the largest finite number, so that no activation is infinite.
inline Eight keep(Eight h, __m128i draws, Eight scale) {
  const Eight kept = _mm256_castsi256_ps(_mm256_cvtepi16_epi32(draws));
  return _mm256_and_ps(kept, _mm256_min_ps(h * scale, allEight(__FLT_MAX__)));
}

// Draws for the next 16 units of each row. `threshold`: round(rate · 65536); a draw below it drops its unit.
inline void dropDrawn(float* panel, uint32_t* states, int rows, uint32_t threshold, float dropoutScale) {
  const Eight scale = allEight(dropoutScale);
  // With 65536 every draw is below; saturated to 65535 one draw would not be.
  if (threshold > 65535) {
    memset(panel, 0, sizeof(float) * panelWidth * (size_t)rows);
    return;
  }
  const __m256i bound = _mm256_set1_epi16((short)threshold);
  for (int row = 0; row < rows; row += 2) {
    __m256i* state = reinterpret_cast<__m256i*>(states + 4 * row);
    __m256i x = *state;
    float* h = panel + row * panelWidth;
    for (int half = 0; half < 2; half++, h += 8) {
      x = _mm256_xor_si256(x, _mm256_slli_epi32(x, 13));
      x = _mm256_xor_si256(x, _mm256_srli_epi32(x, 17));
      x = _mm256_xor_si256(x, _mm256_slli_epi32(x, 5));
      const __m256i kept = _mm256_cmpeq_epi16(_mm256_max_epu16(x, bound), x);
      storeEight(h, keep(loadEight(h), _mm256_castsi256_si128(kept), scale));
      storeEight(h + panelWidth, keep(loadEight(h + panelWidth), _mm256_extracti128_si256(kept, 1), scale));
    }
    *state = x;
  }
}

// `mask`: rows × units of 0 and 1; the panel's first unit is `firstUnit`.
inline void dropGiven(float* panel, const uint8_t* mask, int rows, int units, int firstUnit, float scale) {
  const int width = units - firstUnit < panelWidth ? units - firstUnit : panelWidth;
  for (int row = 0; row < rows; row++)
    for (int j = 0; j < width; j++) {
      float& h = panel[row * panelWidth + j];
      const float scaled = h * scale;
      h = mask[(size_t)row * (size_t)units + (size_t)(firstUnit + j)] == 0 ? 0 : scaled < __FLT_MAX__ ? scaled : __FLT_MAX__;
    }
}

}  // namespace holdfast::HOLDFAST_REGISTERS
