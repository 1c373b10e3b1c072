// A layer of the network, and where its numbers lie (see network.h for the layout).
#pragma once

#include "head.h"
#include "rows.h"

namespace holdfast::HOLDFAST_REGISTERS {

struct Layer {
  int inputs, units;
  int activation;      // 0: hidden (ReLU), else a Head
  bool few;            // a head of few units
  bool listed;         // its weight gradients are sums over lists of its units' gradients, see lists.h
  float dropoutScale;  // 1 / (1 − rate), which the sums of the next layer take; 0 where the rate is 0
  int threshold;       // a signed draw of 16 bits below it drops its unit: round(rate · 65536) − 32768
  double l1Weights, l2Weights, l1Biases, l2Biases;
  size_t weights, biases;        // where they lie in the parameters; gradients and moments likewise
  size_t sumWeights, sumBiases;  // what the sums are made with: the same, or a softmax head's relative to its last class
  float* transposed;       // the weights in the other order: by units for the way forward, or by inputs for the way back
  float* outputs;          // panels of the block; null for the head
  float* sumGradients;     // panels of the block; in a hidden layer they take the place of its outputs
  uint32_t* draws;         // generators of dropout, four words a row
  const uint8_t* mask;     // given dropout: rows of the batch × units

  // A rate above 0, be it too small to drop anything.
  bool drops() const { return dropoutScale != 0; }
  bool relative() const { return activation == (int)Head::softmax; }
  // As many as must be worked out: the sum of a softmax's last class is 0.
  int sums() const { return relative() ? units - 1 : units; }
  // Weights lie by inputs, [inputs / 16][units][16], rather than by units, [units / 16][inputs][16].
  bool byInputs() const { return few || listed; }
  int inputPanels() const { return panelsOf(inputs); }
  int unitPanels() const { return panelsOf(units); }
  size_t weightRoom() const {
    return (size_t)panelWidth * (byInputs() ? (size_t)inputPanels() * (size_t)units : (size_t)unitPanels() * (size_t)inputs);
  }
  // Of the other order.
  size_t transposedRoom() const {
    return (size_t)panelWidth * (byInputs() ? (size_t)unitPanels() * (size_t)inputs : (size_t)inputPanels() * (size_t)units);
  }
  size_t biasRoom() const { return (size_t)panelWidth * (size_t)unitPanels(); }
  // Where weight (input, unit) lies, from `weights` on.
  size_t place(int input, int unit) const {
    return byInputs() ? ((size_t)(input / panelWidth) * (size_t)units + (size_t)unit) * panelWidth + (size_t)(input % panelWidth)
               : ((size_t)(unit / panelWidth) * (size_t)inputs + (size_t)input) * panelWidth + (size_t)(unit % panelWidth);
  }
};

}  // namespace holdfast::HOLDFAST_REGISTERS
