// A softmax head relative to its last class: packages/core/src/layers/last-class.ts. Its sums are made with a copy of its
// weights and biases, in the same layout, each less the last class's: that class's own are 0 there, and so is its sum. The
// last class's gradients follow from the others' at the end of a batch.
#pragma once

#include "layer.h"

namespace holdfast::HOLDFAST_REGISTERS {

// One input's weights, or the biases, in panels of classes, `panel` numbers from one to the next.
inline void relativeRow(const float* from, float* to, int classes, size_t panel) {
  const auto place = [&](int j) { return (size_t)(j / panelWidth) * panel + (size_t)(j % panelWidth); };
  const Floats last = all(from[place(classes - 1)]);
  for (int j = 0; j < classes; j += lanes) store(to + place(j), load(from + place(j)) - last);
  // Padding stays 0.
  for (int j = classes; j % lanes != 0; j++) to[place(j)] = 0;
}

// In panels of inputs a class is a row of each panel.
inline void relativePanel(const float* from, float* to, int classes) {
  for (int v = 0; v < panelWidth; v += lanes) {
    const Floats last = load(from + (classes - 1) * panelWidth + v);
    for (int j = 0; j < classes; j++) store(to + j * panelWidth + v, load(from + j * panelWidth + v) - last);
  }
}

inline void relativeToLastClass(const Layer& head, float* parameters) {
  const float* from = parameters + head.weights;
  float* to = parameters + head.sumWeights;
  const size_t panel = (size_t)panelWidth * (size_t)(head.few ? head.units : head.inputs);
  for (int p = 0; head.few && p < head.inputPanels(); p++)
    relativePanel(from + (size_t)p * panel, to + (size_t)p * panel, head.units);
  for (int k = 0; !head.few && k < head.inputs; k++)
    relativeRow(from + k * panelWidth, to + k * panelWidth, head.units, panel);
  relativeRow(parameters + head.biases, parameters + head.sumBiases, head.units, panelWidth);
}

// Minus the sum of the other classes' gradients, in the order of classes, for up to 8 inputs of panels of classes.
inline void lastClassRows(float* gradients, int inputs, int classes, size_t panel) {
  const auto place = [&](int i, int j) { return (size_t)(j / panelWidth) * panel + (size_t)(i * panelWidth + j % panelWidth); };
  Eight sum = allEight(0);
  for (int j = 0; j < classes - 1; j += 8) {
    Eight block[8];
    for (int i = 0; i < 8; i++) block[i] = i < inputs ? loadEight(gradients + place(i, j)) : allEight(0);
    transpose(block);
    for (int i = 0; i < 8 && j + i < classes - 1; i++) sum += block[i];
  }
  alignas(32) float sums[8];
  storeEight(sums, sum);
  for (int i = 0; i < inputs; i++) gradients[place(i, classes - 1)] = -sums[i];
}

// Likewise for a panel of inputs.
inline void lastClassPanel(float* gradients, int classes) {
  for (int v = 0; v < panelWidth; v += lanes) {
    Floats sum = all(0);
    for (int j = 0; j < classes - 1; j++) sum += load(gradients + j * panelWidth + v);
    store(gradients + (classes - 1) * panelWidth + v, all(0) - sum);
  }
}

inline void lastClassGradients(const Layer& head, float* gradients) {
  float* weights = gradients + head.weights;
  const size_t panel = (size_t)panelWidth * (size_t)(head.few ? head.units : head.inputs);
  for (int p = 0; head.few && p < head.inputPanels(); p++) lastClassPanel(weights + (size_t)p * panel, head.units);
  for (int k = 0; !head.few && k < head.inputs; k += 8)
    lastClassRows(weights + k * panelWidth, head.inputs - k < 8 ? head.inputs - k : 8, head.units, panel);
  lastClassRows(gradients + head.biases, 1, head.units, panelWidth);
}

}  // namespace holdfast::HOLDFAST_REGISTERS
