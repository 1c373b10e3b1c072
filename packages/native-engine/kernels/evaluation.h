// Evaluation mode: loss, accuracy and outputs of rows that are held.
#pragma once

#include "training.h"

namespace holdfast::HOLDFAST_REGISTERS {

// Calls `each(first row of 8, how many of them, where their outputs begin)` for rows `from` (a multiple of 8) to `to`.
template <typename Each>
inline void forwardRows(Network& network, const Rows& rows, int64_t from, int64_t to, float* scratch, Each each) {
  for (int64_t start = from; start < to; start += network.blockRows) {
    const int count = (int)(to - start < network.blockRows ? to - start : network.blockRows);
    const Panels block = rows.block(start, count, scratch, network.panelRoom());
    network.forward(block.x, block.panel, count, nullptr);
    for (int r = 0; r < count; r += 8) each((size_t)(start + r), count - r < 8 ? count - r : 8, network.outputs + r);
  }
}

// Adds loss and right outputs of the rows, in order.
inline void evaluateRows(Network& network, const Rows& rows, int64_t from, int64_t to, float* scratch, LossSums& sums) {
  const Layer& top = network.head();
  forwardRows(network, rows, from, to, scratch, [&](size_t row, int count, const float* outputs) {
    const HeadTargets targets = {rows.labels == nullptr ? nullptr : rows.labels + row,
                                 rows.values == nullptr ? nullptr : rows.values + row * (size_t)rows.targetsPerRow, nullptr};
    addLoss((Head)top.activation, outputs, (size_t)network.blockRows, top.units, count, targets, sums);
  });
}

// Writes the outputs of the rows to their places in `outputs` (all rows × units of the head).
inline void predictRows(Network& network, const Rows& rows, int64_t from, int64_t to, float* scratch, float* outputs) {
  const size_t units = (size_t)network.head().units, room = (size_t)network.blockRows;
  forwardRows(network, rows, from, to, scratch, [&](size_t row, int count, const float* z) {
    for (size_t i = 0; i < (size_t)count; i++)
      for (size_t j = 0; j < units; j++) outputs[(row + i) * units + j] = z[j * room + i];
  });
}

}  // namespace holdfast::HOLDFAST_REGISTERS
