// Rows of features with their targets, as a training or an evaluation reads them: a block of at most 128 at a time, as
// panels. Rows that are taken as they stand are kept as panels over all of them, and a block is a part of those. Rows
// that are shuffled are kept one after the other, each padded to whole panels, and a block of them is gathered.
#pragma once

#include "vectors.h"

namespace holdfast::HOLDFAST_REGISTERS {

constexpr int panelsOf(int columns) { return (columns + panelWidth - 1) / panelWidth; }
constexpr size_t roomFor(int64_t rows) { return (size_t)(rows + 7) / 8 * 8; }

// Hands out memory from one buffer, 64 bytes aligned; without a buffer it only measures.
struct Memory {
  char* base;
  size_t used;

  template <typename T>
  T* take(size_t count) {
    T* place = base == nullptr ? nullptr : reinterpret_cast<T*>(base + used);
    used += (count * sizeof(T) + 63) / 64 * 64;
    return place;
  }
};

// Panels of a left factor: `panel` numbers from one to the next.
struct Panels {
  const float* x;
  size_t panel;
};

struct Rows {
  int64_t count;
  int32_t columns, targetsPerRow;
  bool oneByOne;    // kept one after the other
  float* features;
  int32_t* labels;  // softmax
  float* values;    // other heads: rows × units

  void lay(Memory& memory, bool labelled) {
    features = memory.take<float>((size_t)panelsOf(columns) * panelWidth * roomFor(count));
    labels = labelled ? memory.take<int32_t>((size_t)count) : nullptr;
    values = labelled ? nullptr : memory.take<float>((size_t)count * (size_t)targetsPerRow);
  }

  size_t stride() const { return (size_t)panelsOf(columns) * panelWidth; }

  // `from`: rows × columns.
  void writeFeatures(const float* from) {
    for (int64_t r = 0; r < count; r++)
      for (int k = 0; k < columns; k += panelWidth) {
        const size_t width = (size_t)(columns - k < panelWidth ? columns - k : panelWidth);
        memcpy(placeOf(r, k / panelWidth), from + (size_t)r * (size_t)columns + (size_t)k, width * sizeof(float));
      }
  }

  void writeTargets(const int32_t* newLabels, const float* newValues) {
    if (labels != nullptr) memcpy(labels, newLabels, (size_t)count * sizeof(int32_t));
    if (values != nullptr) memcpy(values, newValues, (size_t)count * (size_t)targetsPerRow * sizeof(float));
  }

  // A block of consecutive rows, `first` a multiple of 8; `scratch` has room for the panels of a block.
  Panels block(int64_t first, int32_t rows, float* scratch, size_t scratchPanel) const {
    if (!oneByOne) return {features + (size_t)first * panelWidth, roomFor(count) * panelWidth};
    for (int32_t r = 0; r < rows; r++) copyRow(first + r, scratch + (size_t)r * panelWidth, scratchPanel);
    return {scratch, scratchPanel};
  }

  // One row of rows that are kept one by one, to its place in panels.
  void copyRow(int64_t row, float* to, size_t panel) const {
    const float* from = features + (size_t)row * stride();
    for (int p = 0; p < panelsOf(columns); p++)
      for (int v = 0; v < panelWidth; v += lanes) store(to + (size_t)p * panel + v, load(from + p * panelWidth + v));
  }

 private:
  float* placeOf(int64_t row, int p) {
    return oneByOne ? features + (size_t)row * stride() + (size_t)p * panelWidth
                    : features + ((size_t)p * roomFor(count) + (size_t)row) * panelWidth;
  }
};

}  // namespace holdfast::HOLDFAST_REGISTERS
