// One hidden layer between 1 to 4 inputs and a head of 1 to 4 units: small enough that the tiles of the general products
// would mostly load and store. Eight units are worked on at a time. Forward, 8 rows of them stay in registers through
// ReLU, dropout and the transposition for the head's sums. Backward, a row's gradient never leaves its register: it is
// made, and the weight gradients of both layers take their share. The sums and their orders are those of tiles.h.
#pragma once

#include "dropout.h"

namespace holdfast::HOLDFAST_REGISTERS {

struct ThinPass {
  int rows, units;             // of the block; of the hidden layer
  size_t room;                 // rows of a panel
  const float* x;              // one panel: rows × 16, the inputs first
  float* h;                    // panels of the hidden layer's outputs
  const float *weights, *biases;  // of the hidden layer: panels of its units
  const float* topWeights;     // of the head: panels of its inputs, units × 16
  uint32_t* draws;             // null: no dropout
  uint32_t threshold;
  float scale;
  float* outputs;              // forward: the head's sums, [unit][row], started with the biases
  const float* dz;             // backward: gradient of the head's sums, rows × 16
  float *gradients, *biasGradients, *topGradients;
  bool first;                  // the first block of its batch
};

// x ^= x << 13, and so on: the next draws of 8 units of two rows (see dropout.h).
inline __m256i nextDraws(uint32_t* states) {
  __m256i x = *reinterpret_cast<__m256i*>(states);
  x = _mm256_xor_si256(x, _mm256_slli_epi32(x, 13));
  x = _mm256_xor_si256(x, _mm256_srli_epi32(x, 17));
  x = _mm256_xor_si256(x, _mm256_slli_epi32(x, 5));
  *reinterpret_cast<__m256i*>(states) = x;
  return x;
}

template <int inputs, int outputs, bool drops>
inline void thinForwardEight(const ThinPass& pass, const float* weights, const float* biases, const float* topWeights, float* h) {
  const Eight highest = allEight(__FLT_MAX__), zero = allEight(0), scale = allEight(pass.scale);
  const __m256i bound = _mm256_set1_epi16((short)pass.threshold);
  const Eight bias = loadEight(biases);
  Eight w[inputs];
  for (int k = 0; k < inputs; k++) w[k] = loadEight(weights + k * panelWidth);
  for (int r = 0; r < pass.rows; r += 8) {
    Eight block[8];
#pragma GCC unroll 4
    for (int pair = 0; pair < 8; pair += 2) {
      __m256i kept = {};
      if (drops) {
        const __m256i draws = nextDraws(pass.draws + 4 * (r + pair));
        kept = _mm256_cmpeq_epi16(_mm256_max_epu16(draws, bound), draws);
      }
#pragma GCC unroll 2
      for (int i = pair; i < pair + 2; i++) {
        const float* x = pass.x + (r + i) * panelWidth;
        Eight z = bias;
        for (int k = 0; k < inputs; k++) z += allEight(x[k]) * w[k];
        z = _mm256_max_ps(z, zero);
        if (drops) {
          const __m128i half = i == pair ? _mm256_castsi256_si128(kept) : _mm256_extracti128_si256(kept, 1);
          z = _mm256_and_ps(_mm256_castsi256_ps(_mm256_cvtepi16_epi32(half)), z * scale);
        }
        block[i] = _mm256_min_ps(z, highest);
        storeEight(h + (r + i) * panelWidth, block[i]);
      }
    }
    transpose(block);
    Eight sums[outputs];
    for (int c = 0; c < outputs; c++) sums[c] = loadEight(pass.outputs + (size_t)c * pass.room + r);
#pragma GCC unroll 8
    for (int k = 0; k < 8; k++)
#pragma GCC unroll 4
      for (int c = 0; c < outputs; c++) sums[c] += block[k] * allEight(topWeights[c * panelWidth + k]);
    for (int c = 0; c < outputs; c++) storeEight(pass.outputs + (size_t)c * pass.room + r, sums[c]);
  }
}

template <int inputs, int outputs>
inline void thinBackwardEight(const ThinPass& pass, const float* h, const float* topWeights, float* gradients,
                              float* biasGradients, float* topGradients) {
  Eight top[outputs], ofTop[outputs], ofWeights[inputs];
  for (int c = 0; c < outputs; c++) {
    top[c] = loadEight(topWeights + c * panelWidth);
    ofTop[c] = pass.first ? allEight(0) : loadEight(topGradients + c * panelWidth);
  }
  for (int k = 0; k < inputs; k++) ofWeights[k] = pass.first ? allEight(0) : loadEight(gradients + k * panelWidth);
  Eight ofBiases = pass.first ? allEight(0) : loadEight(biasGradients);
  const Eight scale = allEight(pass.scale);
  for (int r = 0; r < pass.rows; r++) {
    const Eight output = loadEight(h + r * panelWidth);
    const float* dz = pass.dz + r * panelWidth;
    const float* x = pass.x + r * panelWidth;
    Eight gradient = allEight(0);
    for (int c = 0; c < outputs; c++) {
      const Eight factor = allEight(dz[c]);
      gradient = c == 0 ? factor * top[c] : gradient + factor * top[c];
      ofTop[c] += factor * output;
    }
    gradient = _mm256_and_ps(_mm256_cmp_ps(output, allEight(0), _CMP_GT_OQ), gradient * scale);
    for (int k = 0; k < inputs; k++) ofWeights[k] += allEight(x[k]) * gradient;
    ofBiases += gradient;
  }
  for (int c = 0; c < outputs; c++) storeEight(topGradients + c * panelWidth, ofTop[c]);
  for (int k = 0; k < inputs; k++) storeEight(gradients + k * panelWidth, ofWeights[k]);
  storeEight(biasGradients, ofBiases);
}

template <int inputs, int outputs>
struct Thin {
  static void forward(const ThinPass& pass) {
    for (int j = 0; j < pass.units; j += 8) {
      const size_t p = (size_t)(j / panelWidth) * panelWidth, half = (size_t)(j % panelWidth);
      const float* weights = pass.weights + p * inputs + half;
      const float* topWeights = pass.topWeights + p * outputs + half;
      float* h = pass.h + p * pass.room + half;
      if (pass.draws == nullptr) thinForwardEight<inputs, outputs, false>(pass, weights, pass.biases + j, topWeights, h);
      else thinForwardEight<inputs, outputs, true>(pass, weights, pass.biases + j, topWeights, h);
    }
  }

  static void backward(const ThinPass& pass) {
    for (int j = 0; j < pass.units; j += 8) {
      const size_t p = (size_t)(j / panelWidth) * panelWidth, half = (size_t)(j % panelWidth);
      thinBackwardEight<inputs, outputs>(pass, pass.h + p * pass.room + half, pass.topWeights + p * outputs + half,
                                         pass.gradients + p * inputs + half, pass.biasGradients + j,
                                         pass.topGradients + p * outputs + half);
    }
  }
};

using ThinFunction = void (*)(const ThinPass&);

template <int inputs>
inline ThinFunction thinOf(int outputs, bool forward) {
  switch (outputs) {
    case 1: return forward ? Thin<inputs, 1>::forward : Thin<inputs, 1>::backward;
    case 2: return forward ? Thin<inputs, 2>::forward : Thin<inputs, 2>::backward;
    case 3: return forward ? Thin<inputs, 3>::forward : Thin<inputs, 3>::backward;
    default: return forward ? Thin<inputs, 4>::forward : Thin<inputs, 4>::backward;
  }
}

constexpr int thinnest = 4;

inline ThinFunction thinOf(int inputs, int outputs, bool forward) {
  switch (inputs) {
    case 1: return thinOf<1>(outputs, forward);
    case 2: return thinOf<2>(outputs, forward);
    case 3: return thinOf<3>(outputs, forward);
    default: return thinOf<4>(outputs, forward);
  }
}

}  // namespace holdfast::HOLDFAST_REGISTERS
