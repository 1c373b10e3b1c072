// One hidden layer between 1 to 4 inputs and a head of 1 to 4 sums (a softmax of C classes has C − 1): small enough that
// the tiles of the general products would mostly load and store. The weights of a few units stay in registers while the
// rows of the block go by. Forward, 8 units at a time: ReLU and dropout, then their share of the head's sums, 16 rows side
// by side. Backward, a row's gradient never leaves its register: it is made, and the weight gradients of both layers take
// their share. The sums and their orders are those of tiles.h.
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

// Outputs of 8 hidden units: h, 16 numbers from row to row.
template <int inputs, bool drops>
inline void thinHidden(const ThinPass& pass, const float* weights, const float* biases, float* h) {
  const Eight highest = allEight(__FLT_MAX__), zero = allEight(0);
  const __m256i bound = _mm256_set1_epi16((short)pass.threshold);
  const Eight bias = loadEight(biases);
  Eight w[inputs];
  for (int k = 0; k < inputs; k++) w[k] = loadEight(weights + k * panelWidth);
  const float* x = pass.x;
  uint32_t* states = pass.draws;
  for (int r = 0; r < pass.rows; r += 2, x += 2 * panelWidth, h += 2 * panelWidth, states += drops ? 8 : 0) {
    __m256i dropped = {};
    if (drops) {
      __m256i& state = *reinterpret_cast<__m256i*>(states);
      state = nextDraws(state);
      dropped = _mm256_cmpgt_epi16(bound, state);
    }
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++) {
      Eight z = bias;
      for (int k = 0; k < inputs; k++) z += allEight(x[i * panelWidth + k]) * w[k];
      z = _mm256_max_ps(z, zero);
      if (drops) z = keep(z, i == 0 ? _mm256_castsi256_si128(dropped) : _mm256_extracti128_si256(dropped, 1));
      storeEight(h + i * panelWidth, _mm256_min_ps(z, highest));
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

// Gradients from the outputs h of one register of hidden units, two rows in turn.
template <int inputs, int outputs>
inline void thinBackward(const ThinPass& pass, const float* h, const float* topWeights, float* gradients,
                         float* biasGradients, float* topGradients) {
  const bool first = pass.first;
  Floats top[outputs], ofTop[outputs], ofWeights[inputs];
  for (int c = 0; c < outputs; c++) {
    top[c] = load(topWeights + c * panelWidth);
    ofTop[c] = first ? all(0) : load(topGradients + c * panelWidth);
  }
  for (int k = 0; k < inputs; k++) ofWeights[k] = first ? all(0) : load(gradients + k * panelWidth);
  Floats ofBiases = first ? all(0) : load(biasGradients);
  const int rows = pass.rows;
  const float *dz = pass.dz, *x = pass.x;
  const auto gradientOf = [&](int r) __attribute__((always_inline)) {
    const Floats output = load(h + r * panelWidth);
    Floats gradient = all(0);
    for (int c = 0; c < outputs; c++) {
      const Floats factor = all(dz[r * panelWidth + c]);
      gradient = c == 0 ? factor * top[c] : gradient + factor * top[c];
      ofTop[c] += factor * output;
    }
    return whereAbove(output, 0, gradient);
  };
  const auto add = [&](int r, Floats gradient) __attribute__((always_inline)) {
    for (int k = 0; k < inputs; k++) ofWeights[k] += all(x[r * panelWidth + k]) * gradient;
    ofBiases += gradient;
  };
  int r = 0;
  for (; r + 2 <= rows; r += 2) {
    const Floats one = gradientOf(r), other = gradientOf(r + 1);
    add(r, one);
    add(r + 1, other);
  }
  if (r < rows) add(r, gradientOf(r));
  for (int c = 0; c < outputs; c++) store(topGradients + c * panelWidth, ofTop[c]);
  for (int k = 0; k < inputs; k++) store(gradients + k * panelWidth, ofWeights[k]);
  store(biasGradients, ofBiases);
}

template <int inputs, int outputs>
struct Thin {
  static void forward(const ThinPass& pass) {
    for (int j = 0; j < pass.units; j += 8) {
      const size_t p = (size_t)(j / panelWidth) * panelWidth, half = (size_t)(j % panelWidth);
      const size_t top = (size_t)(j / panelWidth) * pass.topPanel;
      const float* weights = pass.weights + p * inputs + half;
      const float* topWeights = pass.topWeights + top + half;
      float* h = pass.h + (size_t)(j / panelWidth) * pass.hPanel + half;
      if (pass.draws == nullptr) thinHidden<inputs, false>(pass, weights, pass.biases + j, h);
      else thinHidden<inputs, true>(pass, weights, pass.biases + j, h);
      int r = 0;
      for (; r + 8 < pass.rows; r += 16) thinShare<outputs, 2>(h + r * panelWidth, topWeights, pass.outputs + r, pass.room);
      if (r < pass.rows) thinShare<outputs, 1>(h + r * panelWidth, topWeights, pass.outputs + r, pass.room);
    }
  }

  static void backward(const ThinPass& pass) {
    for (int j = 0; j < pass.units; j += lanes) {
      const size_t p = (size_t)(j / panelWidth) * panelWidth, part = (size_t)(j % panelWidth);
      const size_t top = (size_t)(j / panelWidth) * pass.topPanel + part;
      const float* h = pass.h + (size_t)(j / panelWidth) * pass.hPanel + part;
      thinBackward<inputs, outputs>(pass, h, pass.topWeights + top, pass.gradients + p * inputs + part,
                                    pass.biasGradients + j, pass.topGradients + top);
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
