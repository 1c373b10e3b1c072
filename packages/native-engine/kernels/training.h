// A training under way: its rows, its place in epoch, batch and block, and its steps.
#pragma once

#include "network.h"

namespace holdfast::HOLDFAST_REGISTERS {

struct Training {
  Network network;
  Optimizer optimizer;
  Seed orderSeed, dropoutSeed;
  bool dropoutGiven;
  Rows held;
  int32_t rows, batch;
  float* lossWeights;  // as many as the targets; null: all 1
  int32_t* order;      // null: full batch, rows as they stand
  float* scratch;      // panels of a gathered block, and its targets and loss weights
  int32_t* blockLabels;
  float *blockValues, *blockWeights;

  uint64_t steps, epochs;  // epochs: whole ones
  bool inEpoch, weightsDerived, finite;
  int32_t batchStart, blockStart;  // in the epoch's order; in the batch
  size_t updated;                  // parameters of the step under way
  StepScalars scalars;
  LossSums lossSums;
  double dataLoss, accuracy;  // of the last step

  void lay(Memory& memory, bool weighted) {
    network.lay(memory, rows > 0);
    const Layer& top = network.head();
    const bool softmax = top.activation == (int)Head::softmax;
    const size_t block = (size_t)network.blockRows;
    scratch = memory.take<float>((size_t)panelsOf(network.layers[0].inputs) * network.panelRoom());
    if (rows == 0) return;
    held.count = rows;
    held.columns = network.layers[0].inputs;
    held.targetsPerRow = softmax ? 1 : top.units;
    held.oneByOne = batch < rows;
    held.lay(memory, softmax);
    const size_t perRow = (size_t)held.targetsPerRow;
    lossWeights = weighted ? memory.take<float>((size_t)rows * perRow) : nullptr;
    order = held.oneByOne ? memory.take<int32_t>((size_t)rows) : nullptr;
    blockLabels = softmax && held.oneByOne ? memory.take<int32_t>(block) : nullptr;
    blockValues = !softmax && held.oneByOne ? memory.take<float>(block * perRow) : nullptr;
    blockWeights = weighted && held.oneByOne ? memory.take<float>(block * perRow) : nullptr;
  }

  enum Status { completed, paused, diverged };

  // Trains to the end of epoch number `lastEpoch`, or until some `budget` multiply-adds are done, or one step where
  // `oneStep`. A pause may come in the middle of a step; the next call goes on there.
  Status run(uint64_t lastEpoch, double budget, bool oneStep) {
    while (epochs < lastEpoch) {
      if (!inEpoch) startEpoch();
      while (batchStart < rows) {
        const int32_t batchRows = rows - batchStart < batch ? rows - batchStart : batch;
        if (!finishStep(batchRows, budget)) return paused;
        batchStart += batchRows;
        if (oneStep && batchStart < rows) return paused;
      }
      inEpoch = false;
      epochs++;
      if (!finite || !allFinite()) return diverged;
      if (oneStep && epochs < lastEpoch) return paused;
    }
    return completed;
  }

  // Before each way forward.
  void deriveWeights() {
    if (!weightsDerived) network.deriveWeights();
    weightsDerived = true;
  }

 private:
  // What a pass over a parameter costs, in multiply-adds; and the longest piece of an update between two pauses.
  static constexpr double costOfPass = 8;
  static constexpr size_t longestPiece = 1 << 20;

  void startEpoch() {
    inEpoch = true;
    finite = true;
    batchStart = blockStart = 0;
    updated = 0;
    if (order != nullptr) shuffleRows(order, rows, (uint32_t)(epochs + 1), orderSeed);
  }

  // The rest of the step under way; false where the budget ends before it.
  bool finishStep(int32_t batchRows, double& budget) {
    while (blockStart < batchRows) {
      if (budget <= 0) return false;
      if (blockStart == 0) {
        lossSums = {0, 0};
        if (!weightsDerived) {
          deriveWeights();
          budget -= costOfPass * (double)network.parameterRoom;
          if (budget <= 0) return false;
        }
      }
      const int32_t left = batchRows - blockStart;
      const int32_t blockRows = left < network.blockRows ? left : network.blockRows;
      addBlock(blockRows, batchRows);
      blockStart += blockRows;
      budget -= 3.0 * (double)network.parameterRoom * (double)blockRows;
    }
    if (updated == 0) startUpdate(batchRows);
    while (updated < network.parameterRoom) {
      if (budget <= 0) return false;
      budget -= costOfPass * (double)updatePiece();
    }
    endUpdate();
    return true;
  }

  // Loss and gradients of the next block of the batch.
  void addBlock(int32_t blockRows, int32_t batchRows) {
    const bool firstBlock = blockStart == 0;
    const size_t perRow = (size_t)held.targetsPerRow;
    Panels inputs;
    HeadTargets targets;
    if (order == nullptr) {
      const size_t at = (size_t)blockStart;
      inputs = held.block(blockStart, blockRows, nullptr, 0);
      targets = {held.labels == nullptr ? nullptr : held.labels + at, held.values == nullptr ? nullptr : held.values + at * perRow,
                 lossWeights == nullptr ? nullptr : lossWeights + at * perRow};
    } else {
      gather(order + batchStart + blockStart, blockRows);
      inputs = {scratch, network.panelRoom()};
      targets = {blockLabels, blockValues, blockWeights};
    }
    const DrawPlace draw = {dropoutSeed, (uint32_t)steps, (uint32_t)blockStart, dropoutGiven};
    network.forward(inputs.x, inputs.panel, blockRows, &draw);
    const Head head = (Head)network.head().activation;
    const int units = network.head().units, sums = network.head().sums();
    const size_t room = (size_t)network.blockRows;
    for (int r = 0; r < blockRows; r += 8) {
      const int count = blockRows - r < 8 ? blockRows - r : 8;
      addLoss(head, network.outputs + r, room, units, count, targets, lossSums);
      headGradient(head, network.outputs + r, room, sums, count, targets, batchRows);
      if (targets.labels != nullptr) targets.labels += 8;
      if (targets.values != nullptr) targets.values += 8 * perRow;
      if (targets.weights != nullptr) targets.weights += 8 * perRow;
    }
    network.backward(inputs.x, inputs.panel, blockRows, firstBlock);
  }

  void gather(const int32_t* which, int32_t count) {
    const size_t perRow = (size_t)held.targetsPerRow;
    for (int32_t r = 0; r < count; r++) {
      const size_t row = (size_t)which[r], to = (size_t)r * perRow;
      if (r + 4 < count) __builtin_prefetch(held.features + (size_t)which[r + 4] * held.stride());
      held.copyRow((int64_t)row, scratch + (size_t)r * panelWidth, network.panelRoom());
      if (held.labels != nullptr) blockLabels[r] = held.labels[row];
      for (size_t j = 0; held.values != nullptr && j < perRow; j++) blockValues[to + j] = held.values[row * perRow + j];
      for (size_t j = 0; lossWeights != nullptr && j < perRow; j++) blockWeights[to + j] = lossWeights[row * perRow + j];
    }
  }

  void startUpdate(int32_t batchRows) {
    network.endGradients();
    const double outputs = (double)batchRows * (double)held.targetsPerRow;
    dataLoss = lossSums.loss / outputs;
    accuracy = network.head().activation == (int)Head::linear ? __builtin_nan("") : (double)lossSums.right / outputs;
    if (!__builtin_isfinite(dataLoss)) finite = false;
    scalars = stepScalars(optimizer, steps);
  }

  // The next parameters of one kind in one layer; how many.
  size_t updatePiece() {
    int l = 0;
    while (updated >= network.layers[l].biases + network.layers[l].biasRoom()) l++;
    const Layer& layer = network.layers[l];
    const bool weights = updated < layer.biases;
    const size_t left = (weights ? layer.biases : layer.biases + layer.biasRoom()) - updated;
    const size_t count = left < longestPiece ? left : longestPiece;
    updateRange({network.parameters + updated, network.gradients + updated, network.first + updated,
                 network.second + updated, count, weights ? layer.l1Weights : layer.l1Biases,
                 weights ? layer.l2Weights : layer.l2Biases},
                optimizer, scalars);
    updated += count;
    return count;
  }

  void endUpdate() {
    for (int l = 0; l < network.count; l++) {
      const Layer& layer = network.layers[l];
      // L1 moves a weight of 0, the padding's too.
      if (layer.l1Weights != 0) clearWeightPadding(layer);
      if (layer.l1Biases != 0) clear(layer.biases + (size_t)layer.units, layer.biasRoom() - (size_t)layer.units);
    }
    steps++;
    weightsDerived = false;
    blockStart = 0;
    updated = 0;
  }

  void clearWeightPadding(const Layer& layer) {
    const int columns = layer.byInputs() ? layer.inputs : layer.units;
    const int rowsOfPanel = layer.byInputs() ? layer.units : layer.inputs;
    const int used = columns % panelWidth;
    if (used == 0) return;
    const size_t lastPanel = layer.weights + (size_t)(columns / panelWidth) * (size_t)rowsOfPanel * panelWidth;
    for (int r = 0; r < rowsOfPanel; r++)
      clear(lastPanel + (size_t)r * panelWidth + (size_t)used, (size_t)(panelWidth - used));
  }

  void clear(size_t from, size_t count) { memset(network.parameters + from, 0, sizeof(float) * count); }

  bool allFinite() const {
    // A number minus itself is 0, or NaN where it is not finite. Padding stays 0.
    Floats sum = all(0);
    for (size_t i = 0; i < network.parameterRoom; i += lanes) {
      const Floats w = load(network.parameters + i);
      sum += w - w;
    }
    float parts[lanes];
    memcpy(parts, &sum, sizeof parts);
    for (float part : parts)
      if (part != 0) return false;
    return true;
  }
};

}  // namespace holdfast::HOLDFAST_REGISTERS
