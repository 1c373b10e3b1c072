// One hidden layer between 1 to 4 inputs and a head of 1 to 4 sums (a softmax of C classes has C − 1): small enough that
// the tiles of the general products would mostly load and store. The weights of a few units stay in registers while the
// rows of the block go by. Forward, 8 units and 16 rows at a time: ReLU and dropout, then their share of the head's sums,
// the rows side by side. Backward, a row's gradient never leaves its register: it is made, and the weight gradients of both
// layers take their share. The sums and their orders are those of tiles.h.
#pragma once

#include "dropout.h"

namespace holdfast::HOLDFAST_REGISTERS {

struct ThinPass {
  int rows, units;             // of the block; of the hidden layer
  size_t room;                 // from one unit of the head's sums to the next
  const float* x;              // one panel: rows × 16, the inputs first
  float* h;                    // panels of the hidden layer's outputs
  size_t hPanel;               // from one of them to the next, in numbers
  const float *weights, *biases;  // of the hidden layer: panels of its units
  const float* topWeights;     // of the head: panels of its inputs, a row of 16 for each sum
  size_t topPanel;             // from one of them to the next, in numbers; their gradients likewise
  uint32_t* draws;             // null: no dropout
  int threshold;
  float* outputs;              // forward: the head's sums, [unit][row], started
  const float* dz;             // backward: gradient of the head's sums, rows × 16
  float *gradients, *biasGradients, *topGradients;
  bool first;                  // the first block of its batch
};

// What the outputs of 8 units are at most in each of two rows: the largest finite number, or 0 where the draw is below
// `bound` and drops the unit.
struct Limits {
  Eight of[2];
};

inline Limits limitsOf(__m256i draws, __m256i bound) {
  // The largest finite number is ff ff 7f 7f from its lowest byte on: each byte of the 16-bit 7fff twice.
  const __m256i kept = _mm256_andnot_si256(_mm256_cmpgt_epi16(bound, draws), _mm256_set1_epi16(0x7fff));
  const __m256i bytes = _mm256_setr_epi8(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12,
                                         13, 13, 14, 14, 15, 15);
  const __m256i one = _mm256_permute2x128_si256(kept, kept, 0x00), other = _mm256_permute2x128_si256(kept, kept, 0x11);
  return {{_mm256_castsi256_ps(_mm256_shuffle_epi8(one, bytes)), _mm256_castsi256_ps(_mm256_shuffle_epi8(other, bytes))}};
}

// Where the numbers of 8 hidden units lie.
struct ThinUnits {
  const float *weights, *biases, *topWeights;
  float* h;
};

// Outputs of 8 hidden units in `rows` rows, an even number, from row `from` on.
template <int inputs, bool drops>
inline __attribute__((always_inline)) void thinHidden(const ThinPass& pass, const ThinUnits& units, int from, int rows) {
  const Eight highest = allEight(__FLT_MAX__), zero = allEight(0);
  const __m256i bound = _mm256_set1_epi16((short)pass.threshold);
  const Eight bias = loadEight(units.biases);
  Eight w[inputs];
  for (int k = 0; k < inputs; k++) w[k] = loadEight(units.weights + k * panelWidth);
  const float* x = pass.x + from * panelWidth;
  float* h = units.h + from * panelWidth;
  uint32_t* states = pass.draws + (drops ? from * 4 : 0);
  for (int r = 0; r < rows; r += 2, x += 2 * panelWidth, h += 2 * panelWidth, states += drops ? 8 : 0) {
    Limits limits = {{highest, highest}};
    if (drops) {
      __m256i* state = reinterpret_cast<__m256i*>(states);
      const __m256i draws = nextDraws(*state);
      *state = draws;
      limits = limitsOf(draws, bound);
    }
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++) {
      Eight z = bias;
      for (int k = 0; k < inputs; k++) z += allEight(x[i * panelWidth + k]) * w[k];
      storeEight(h + i * panelWidth, _mm256_min_ps(_mm256_max_ps(z, zero), limits.of[i]));
    }
  }
}

// z[c][row] += the share of 8 hidden units, for `groups` × 8 rows whose transposed blocks wait in memory: each weight is
// broadcast once for all of them, and enough sums are under way that none waits for its last addition.
template <int outputs, int groups>
inline void thinShare(const float* h, const float* topWeights, float* z, size_t room) {
  alignas(64) float columns[groups * 64];
  for (int g = 0; g < groups; g++) {
    Eight block[8];
    for (int i = 0; i < 8; i++) block[i] = loadEight(h + (g * 8 + i) * panelWidth);
    transpose(block);
    for (int k = 0; k < 8; k++) storeEight(columns + (k * groups + g) * 8, block[k]);
  }
  Eight sums[outputs][groups];
  for (int c = 0; c < outputs; c++)
    for (int g = 0; g < groups; g++) sums[c][g] = loadEight(z + (size_t)c * room + g * 8);
#pragma GCC unroll 8
  for (int k = 0; k < 8; k++)
#pragma GCC unroll 4
    for (int c = 0; c < outputs; c++) {
      const Eight weight = allEight(topWeights[c * panelWidth + k]);
      for (int g = 0; g < groups; g++) sums[c][g] += weight * loadEight(columns + (k * groups + g) * 8);
    }
  for (int c = 0; c < outputs; c++)
    for (int g = 0; g < groups; g++) storeEight(z + (size_t)c * room + g * 8, sums[c][g]);
}

// Gradients from the outputs h of some registers of hidden units, which share what is broadcast of a row.
template <int inputs, int outputs, int registers>
inline void thinBackward(const ThinPass& pass, const float* h, const float* topWeights, float* gradients,
                         float* biasGradients, float* topGradients) {
  const bool first = pass.first;
  Floats top[outputs][registers], ofTop[outputs][registers], ofWeights[inputs][registers], ofBiases[registers];
  for (int v = 0; v < registers; v++) {
    for (int c = 0; c < outputs; c++) {
      top[c][v] = load(topWeights + c * panelWidth + v * lanes);
      ofTop[c][v] = first ? all(0) : load(topGradients + c * panelWidth + v * lanes);
    }
    for (int k = 0; k < inputs; k++) ofWeights[k][v] = first ? all(0) : load(gradients + k * panelWidth + v * lanes);
    ofBiases[v] = first ? all(0) : load(biasGradients + v * lanes);
  }
  const int rows = pass.rows;
  const float *dz = pass.dz, *x = pass.x;
  for (int r = 0; r < rows; r++, dz += panelWidth, x += panelWidth, h += panelWidth) {
    Floats output[registers], gradient[registers];
    for (int v = 0; v < registers; v++) output[v] = load(h + v * lanes);
    for (int c = 0; c < outputs; c++) {
      const Floats factor = all(dz[c]);
      for (int v = 0; v < registers; v++) {
        gradient[v] = c == 0 ? factor * top[c][v] : gradient[v] + factor * top[c][v];
        ofTop[c][v] += factor * output[v];
      }
    }
    for (int v = 0; v < registers; v++) {
      gradient[v] = wherePositive(output[v], gradient[v]);
      ofBiases[v] += gradient[v];
    }
    for (int k = 0; k < inputs; k++) {
      const Floats factor = all(x[k]);
      for (int v = 0; v < registers; v++) ofWeights[k][v] += factor * gradient[v];
    }
  }
  for (int v = 0; v < registers; v++) {
    for (int c = 0; c < outputs; c++) store(topGradients + c * panelWidth + v * lanes, ofTop[c][v]);
    for (int k = 0; k < inputs; k++) store(gradients + k * panelWidth + v * lanes, ofWeights[k][v]);
    store(biasGradients + v * lanes, ofBiases[v]);
  }
}

template <int inputs, int outputs>
struct Thin {
  static void forward(const ThinPass& pass) {
    if (pass.draws == nullptr) forwardUnits<false>(pass);
    else forwardUnits<true>(pass);
  }

  template <bool drops>
  static void forwardUnits(const ThinPass& pass) {
    for (int j = 0; j < pass.units; j += 8) {
      const size_t p = (size_t)(j / panelWidth), half = (size_t)(j % panelWidth);
      const ThinUnits units = {pass.weights + p * inputs * panelWidth + half, pass.biases + j,
                               pass.topWeights + p * pass.topPanel + half, pass.h + p * pass.hPanel + half};
      int r = 0;
      for (; r + 8 < pass.rows; r += 16) forwardRows<drops, 2>(pass, units, r);
      if (r < pass.rows) forwardRows<drops, 1>(pass, units, r);
    }
  }

  // Both in turn for a few rows, so that the processor has unlike work to do at once.
  template <bool drops, int groups>
  static void forwardRows(const ThinPass& pass, const ThinUnits& units, int from) {
    thinHidden<inputs, drops>(pass, units, from, groups * 8);
    thinShare<outputs, groups>(units.h + from * panelWidth, units.topWeights, pass.outputs + from, pass.room);
  }

  // A whole panel at once where the registers of AVX2 hold its sums.
  static constexpr int registers = inputs + outputs <= 4 ? vectorsOfPanel : 1;

  static void backward(const ThinPass& pass) {
    for (int j = 0; j < pass.units; j += registers * lanes) {
      const size_t p = (size_t)(j / panelWidth), part = (size_t)(j % panelWidth);
      const size_t ofHidden = p * inputs * panelWidth + part, ofTop = p * pass.topPanel + part;
      thinBackward<inputs, outputs, registers>(pass, pass.h + p * pass.hPanel + part, pass.topWeights + ofTop,
                                               pass.gradients + ofHidden, pass.biasGradients + j,
                                               pass.topGradients + ofTop);
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
