// A network, its memory, and its way forward and back for one block of rows.
//
// Memory: all of a training lies in one buffer that JavaScript owns, so it is freed with its owner, however that ends.
//
// Layout: a matrix of rows × columns stands as panels of 16 columns, [columns / 16][rows][16], padded with zeros; a row
// of a panel is one cache line. Activations and gradients of sums are panels [units / 16][rows of the block][16].
// Weights lie by units, in panels [units / 16][inputs][16], or by inputs, [inputs / 16][units][16]: by inputs those of a head with few
// units, so that no lane is wasted on padding, and those of hidden layers whose gradients are summed over lists (lists.h). The other
// order, where one of the two ways through the network needs it, is made after each change of the parameters.
//
// What the sums are made with are the parameters themselves, but for a softmax head, whose sums are relative to its last
// class: behind the parameters lies a copy of that head, made after each change of them.
//
// A block is at most 128 rows, so that what belongs to it stays in the second cache: forward, a layer's sums (a long inner dimension
// by blocks of it), dropout, and their share of a small head's sums; backward, the gradient of the sums below, in the place of the
// outputs there, and the weight gradients that follow from it. Sums over the rows of a batch go on from block to block in order, so
// the size of a block changes no bit.
#pragma once

#include "dropout.h"
#include "last-class.h"
#include "lists.h"
#include "thin.h"
#include "tiles.h"
#include "update.h"

namespace holdfast::HOLDFAST_REGISTERS {

// Layers of at most this many units keep their weights by inputs.
constexpr int fewUnits = 12;
constexpr int longestBlock = 128;

// What a row's dropout is drawn from.
struct DrawPlace {
  Seed seed;
  uint32_t step;
  uint32_t row;  // of the block's first row, in the batch
  bool given;
};

struct Network {
  int count;
  Layer* layers;
  int blockRows;  // of the longest block, a multiple of 8
  size_t parameterRoom;
  float *parameters, *gradients, *first, *second;
  float* outputs;  // of the head, [unit][row]
  Lists rowLists, unitLists;

  const Layer& head() const { return layers[count - 1]; }
  // Numbers from one panel of a block to the next: no power of two, or their rows would fight for the same cache lines.
  size_t panelRoom() const { return (size_t)(blockRows + 2) * panelWidth; }

  void lay(Memory& memory, bool trains) {
    parameterRoom = 0;
    int widest = 0;
    for (int l = 0; l < count; l++) {
      Layer& layer = layers[l];
      const bool hidden = l + 1 < count;
      layer.listed = trains && hidden && layer.inputPanels() > 1;
      if (hidden && layer.units > widest) widest = layer.units;
      layer.weights = parameterRoom;
      layer.biases = layer.weights + layer.weightRoom();
      layer.sumWeights = layer.weights;
      layer.sumBiases = layer.biases;
      parameterRoom = layer.biases + layer.biasRoom();
    }
    parameters = memory.take<float>(parameterRoom + layRelative());
    gradients = trains ? memory.take<float>(parameterRoom) : nullptr;
    first = trains ? memory.take<float>(parameterRoom) : nullptr;
    second = trains ? memory.take<float>(parameterRoom) : nullptr;
    for (int l = 0; l < count; l++) {
      Layer& layer = layers[l];
      const size_t panels = (size_t)layer.unitPanels();
      const bool last = l == count - 1;
      layer.outputs = last && layer.few ? nullptr : memory.take<float>(panels * panelRoom());
      layer.sumGradients = trains && last ? memory.take<float>(panels * panelRoom()) : layer.outputs;
      layer.draws = trains && layer.drops() ? memory.take<uint32_t>((size_t)blockRows * 4) : nullptr;
      const bool needsTransposed = layer.listed || (trains && l > 0 && !layer.few);
      layer.transposed = needsTransposed ? memory.take<float>(layer.transposedRoom()) : nullptr;
      layer.mask = nullptr;
    }
    outputs = memory.take<float>(((size_t)head().units + 7) / 8 * 8 * (size_t)blockRows);
    if (count > 1) rowLists.lay(memory, rowsAtOnce, (size_t)panelsOf(widest) * panelWidth);
    if (trains && count > 1) unitLists.lay(memory, mostPanels * panelWidth, (size_t)blockRows);
  }

  // From panels of the input, `xPanel` numbers apart, to the head's outputs; without `draw` in evaluation mode.
  void forward(const float* x, size_t xPanel, int rows, const DrawPlace* draw) {
    const Layer& top = head();
    const bool trains = draw != nullptr;
    const float topScale = trains ? inputScale(count - 1) : 0;
    if (top.few) startOutputs(rows, topScale);
    const bool thin = isThin() && !(trains && draw->given);
    if (thin) thinForward(x, rows, draw);
    for (int l = 0; l < count && !thin; l++) {
      Layer& layer = layers[l];
      if (layer.few) {
        // A layer below has added its panels' shares already.
        for (int p = 0; l == 0 && p < layer.inputPanels(); p++) addShare(x + (size_t)p * xPanel, p, rows);
        break;
      }
      const bool hidden = l + 1 < count;
      const bool drops = trains && layer.drops();
      const float scale = trains ? inputScale(l) : 0;
      if (drops && !draw->given) startDraws(layer.draws, rows, draw->row, draw->step, (uint32_t)l, draw->seed);
      if (l > 0 && layer.unitPanels() > 1) multiplyHidden(layer, {x, xPanel}, scale, rows, hidden);
      else multiplyInputs(layer, {x, xPanel}, scale, rows, hidden);
      for (int p = 0; p < layer.unitPanels(); p++) {
        float* panel = layer.outputs + (size_t)p * panelRoom();
        if (drops) drop(layer, panel, p, rows, *draw);
        if (l + 2 == count && top.few) addShare(panel, p, rows);
      }
      x = layer.outputs;
      xPanel = panelRoom();
    }
    if (!top.few) transposeOutputs(rows);
    else if (topScale != 0) scaleOutputs(rows, topScale);
    for (int r = 0; r < rows; r += 8) activateHead((Head)top.activation, outputs + r, (size_t)blockRows, top.units);
  }

  // From the gradient of the head's sums in `outputs` to the parameters' gradients, which the first block of a batch
  // starts and the others add to. `x` as it was given to `forward`.
  void backward(const float* x, size_t xPanel, int rows, bool firstBlock) {
    Layer& top = layers[count - 1];
    gradientPanels(rows);
    float* topBiases = gradients + top.biases;
    if (top.few) {
      addRows(top.sumGradients, rows, topBiases, firstBlock, inputScale(count - 1));
      for (int p = 0; count == 1 && p < top.inputPanels(); p++)
        addFewGradients(p, x + (size_t)p * xPanel, rows, firstBlock);
    } else {
      const Panels below = count == 1 ? Panels{x, xPanel} : Panels{layers[count - 2].outputs, panelRoom()};
      for (int p = 0; p < top.unitPanels(); p++)
        addGradients(count - 1, p, below, rows, firstBlock);
    }
    if (isThin()) return thinBackward(x, rows, firstBlock);
    for (int l = count - 1; l > 0; l--) {
      for (int p = 0; layers[l].few && p < layers[l].inputPanels(); p++)
        addFewGradients(p, layers[l - 1].outputs + (size_t)p * panelRoom(), rows, firstBlock);
      inputGradients(l, rows);
      const Panels input = l == 1 ? Panels{x, xPanel} : Panels{layers[l - 2].outputs, panelRoom()};
      const Layer& below = layers[l - 1];
      if (below.listed) addListedGradients(l - 1, input, rows, firstBlock);
      for (int p = 0; !below.listed && p < below.unitPanels(); p++) addGradients(l - 1, p, input, rows, firstBlock);
    }
  }

  // The weights that follow from the parameters, of a softmax head relative to its last class and by inputs for
  // `backward`: once after each change of the parameters.
  void deriveWeights() {
    if (head().relative()) relativeToLastClass(head(), parameters);
    for (int l = 0; l < count; l++)
      if (layers[l].transposed != nullptr) transposeLayer(layers[l]);
  }

  // After the last block of a batch.
  void endGradients() {
    if (head().relative()) lastClassGradients(head(), gradients);
  }

 private:
  // Behind the parameters; how much more room it takes.
  size_t layRelative() {
    Layer& top = layers[count - 1];
    if (!top.relative()) return 0;
    top.sumWeights = parameterRoom;
    top.sumBiases = parameterRoom + top.weightRoom();
    return top.weightRoom() + top.biasRoom();
  }

  const float* weightsByUnits(const Layer& layer) const { return layer.listed ? layer.transposed : parameters + layer.sumWeights; }
  const float* weightsByInputs(const Layer& layer) const { return layer.byInputs() ? parameters + layer.sumWeights : layer.transposed; }

  PanelProduct product(const Layer& layer, const Panels& x, int p, float scale, int rows) const {
    const float* w = weightsByUnits(layer) + (size_t)p * (size_t)layer.inputs * panelWidth;
    const float* biases = parameters + layer.sumBiases + p * panelWidth;
    return {x.x, x.panel, layer.inputs, w, biases, scale, layer.outputs + (size_t)p * panelRoom(), rows, nullptr};
  }

  // The sums of a layer. Block by block of a long inner dimension, so that the block of x stays in the second cache for all panels.
  void multiplyInputs(const Layer& layer, const Panels& x, float scale, int rows, bool hidden) {
    for (int from = 0; from < layer.inputs; from += depthOfBlock)
      for (int p = 0; p < layer.unitPanels(); p++) {
        const PanelProduct sums = product(layer, x, p, scale, rows);
        if (hidden) multiplyPanel<After::relu>(sums, from);
        else multiplyPanel<After::nothing>(sums, from);
      }
  }

  // The same behind a hidden layer, of whose outputs many are 0.
  void multiplyHidden(const Layer& layer, const Panels& x, float scale, int rows, bool hidden) {
    const size_t wPanel = (size_t)layer.inputs * panelWidth;
    for (int r = 0; r < rows; r += rowsAtOnce) {
      const int count = rows - r < rowsAtOnce ? rows - r : rowsAtOnce;
      listRows({x.x + r * panelWidth, x.panel}, layer.inputPanels(), count, rowLists);
      for (int p = 0, group; p < layer.unitPanels(); p += group) {
        group = groupOf(layer.unitPanels() - p);
        PanelProduct sums = product(layer, x, p, scale, count);
        sums.out += r * panelWidth;
        if (hidden) multiplyLists<After::relu>(group, rowLists, sums, wPanel, panelRoom());
        else multiplyLists<After::nothing>(group, rowLists, sums, wPanel, panelRoom());
      }
    }
  }

  // Gradients of the sums of the layer below layer l, in the place of its outputs.
  void inputGradients(int l, int rows) {
    const Layer &layer = layers[l], &below = layers[l - 1];
    const size_t wPanel = (size_t)layer.units * panelWidth;
    const auto product = [&](int p, int r, int count) -> PanelProduct {
      float* h = below.outputs + (size_t)p * panelRoom() + r * panelWidth;
      const float* w = weightsByInputs(layer) + (size_t)p * wPanel;
      return {layer.sumGradients, panelRoom(), layer.sums(), w, nullptr, 0, h, count, h};
    };
    if (l + 1 == count || below.unitPanels() == 1) {
      for (int p = 0; p < below.unitPanels(); p++) multiplyPanel<After::gradient>(product(p, 0, rows));
      return;
    }
    for (int r = 0; r < rows; r += rowsAtOnce) {
      const int count = rows - r < rowsAtOnce ? rows - r : rowsAtOnce;
      listRows({layer.sumGradients + r * panelWidth, panelRoom()}, layer.unitPanels(), count, rowLists);
      for (int p = 0, group; p < below.unitPanels(); p += group) {
        group = groupOf(below.unitPanels() - p);
        multiplyLists<After::gradient>(group, rowLists, product(p, r, count), wPanel, panelRoom());
      }
    }
  }

  // Gradients of a layer from lists of its units' gradients, of some panels of units at a time.
  void addListedGradients(int l, const Panels& x, int rows, bool firstBlock) {
    const Layer& layer = layers[l];
    const size_t panel = (size_t)layer.units * panelWidth;
    for (int u = 0, units; u < layer.unitPanels(); u += units) {
      units = groupOf(layer.unitPanels() - u);
      for (int i = 0; i < units; i++) {
        float* dz = layer.sumGradients + (size_t)(u + i) * panelRoom();
        addRows(dz, rows, gradients + layer.biases + (u + i) * panelWidth, firstBlock, inputScale(l));
        listColumns(dz, rows, unitLists, i * panelWidth);
      }
      const int first = u * panelWidth, left = layer.units - first;
      const int count = left < units * panelWidth ? left : units * panelWidth;
      for (int p = 0, group; p < layer.inputPanels(); p += group) {
        group = groupOf(layer.inputPanels() - p);
        float* to = gradients + layer.weights + (size_t)p * panel + (size_t)first * panelWidth;
        addListGradients(group, unitLists, count, {x.x + (size_t)p * x.panel, x.panel}, to, panel, firstBlock);
      }
    }
  }

  // In training the sums of a layer behind dropout, and their gradients on the way back, take its factor; 0: none.
  float inputScale(int l) const { return l == 0 ? 0 : layers[l - 1].dropoutScale; }

  bool isThin() const {
    const int sums = head().sums();
    return count == 2 && layers[0].inputs <= thinnest && sums > 0 && sums <= thinnest && layers[0].threshold < dropsAll;
  }

  ThinPass thinPass(const float* x, int rows) const {
    const Layer &hidden = layers[0], &top = layers[1];
    ThinPass pass = {};
    pass.rows = rows;
    pass.units = hidden.units;
    pass.room = (size_t)blockRows;
    pass.x = x;
    pass.h = hidden.outputs;
    pass.hPanel = panelRoom();
    pass.weights = parameters + hidden.weights;
    pass.biases = parameters + hidden.biases;
    pass.topWeights = parameters + top.sumWeights;
    pass.topPanel = (size_t)top.units * panelWidth;
    pass.threshold = hidden.threshold;
    pass.outputs = outputs;
    return pass;
  }

  void thinForward(const float* x, int rows, const DrawPlace* draw) {
    ThinPass pass = thinPass(x, rows);
    if (draw != nullptr && layers[0].drops()) {
      pass.draws = layers[0].draws;
      startDraws(pass.draws, rows, draw->row, draw->step, 0, draw->seed);
    }
    thinOf(layers[0].inputs, head().sums(), true)(pass);
  }

  void thinBackward(const float* x, int rows, bool firstBlock) {
    ThinPass pass = thinPass(x, rows);
    pass.dz = head().sumGradients;
    pass.gradients = gradients + layers[0].weights;
    pass.biasGradients = gradients + layers[0].biases;
    pass.topGradients = gradients + head().weights;
    pass.first = firstBlock;
    thinOf(layers[0].inputs, head().sums(), false)(pass);
  }

  // Sums of a head of few units start at the biases, or, where they take a factor, at 0.
  void startOutputs(int rows, float scale) {
    const float* biases = parameters + head().sumBiases;
    for (int c = 0; c < head().units; c++)
      for (int r = 0; r < rows; r += 8)
        storeEight(outputs + (size_t)c * (size_t)blockRows + r, allEight(scale == 0 ? biases[c] : 0));
  }

  void scaleOutputs(int rows, float scale) {
    const float* biases = parameters + head().sumBiases;
    for (int c = 0; c < head().sums(); c++)
      for (int r = 0; r < rows; r += 8) {
        float* z = outputs + (size_t)c * (size_t)blockRows + r;
        storeEight(z, loadEight(z) * allEight(scale) + allEight(biases[c]));
      }
  }

  // What panel p of the inputs adds to the sums of a head of few units.
  void addShare(const float* panel, int p, int rows) {
    const Layer& top = head();
    const float* w = parameters + top.sumWeights + (size_t)p * (size_t)top.units * panelWidth;
    multiplyFewUnits(panel, w, top.sums(), outputs, (size_t)blockRows, rows);
  }

  void drop(const Layer& layer, float* panel, int p, int rows, const DrawPlace& draw) {
    if (draw.given) {
      const uint8_t* mask = layer.mask + (size_t)draw.row * (size_t)layer.units;
      dropGiven(panel, mask, rows, layer.units, p * panelWidth);
    } else {
      dropDrawn(panel, layer.draws, rows, layer.threshold);
    }
  }

  // Panels of the head's sums to [unit][row].
  void transposeOutputs(int rows) {
    const Layer& top = head();
    for (int j = 0; j < top.units; j += 8)
      for (int r = 0; r < rows; r += 8) {
        const float* from = top.outputs + (size_t)(j / panelWidth) * panelRoom() + (size_t)r * panelWidth + j % panelWidth;
        Eight block[8];
        for (int i = 0; i < 8; i++) block[i] = loadEight(from + i * panelWidth);
        transpose(block);
        for (int i = 0; i < 8; i++) storeEight(outputs + (size_t)(j + i) * (size_t)blockRows + r, block[i]);
      }
  }

  // And the gradients of the sums back to panels. Beyond the head's units `outputs` is 0.
  void gradientPanels(int rows) {
    const Layer& top = head();
    for (int j = 0; j < top.units; j += 8)
      for (int r = 0; r < rows; r += 8) {
        Eight block[8];
        for (int i = 0; i < 8; i++) block[i] = loadEight(outputs + (size_t)(j + i) * (size_t)blockRows + r);
        transpose(block);
        float* to = top.sumGradients + (size_t)(j / panelWidth) * panelRoom() + (size_t)r * panelWidth + j % panelWidth;
        for (int i = 0; i < 8; i++) storeEight(to + i * panelWidth, block[i]);
      }
  }

  // Gradients of panel p of the units of layer l.
  void addGradients(int l, int p, const Panels& x, int rows, bool firstBlock) {
    const Layer& layer = layers[l];
    float* dz = layer.sumGradients + (size_t)p * panelRoom();
    float* ofBiases = gradients + layer.biases + p * panelWidth;
    const float scale = inputScale(l);
    if (scale != 0) addRows(dz, rows, ofBiases, firstBlock, scale);
    addGradientPanel(x.x, x.panel, layer.inputs, dz, rows,
                     gradients + layer.weights + (size_t)p * (size_t)layer.inputs * panelWidth,
                     scale != 0 ? nullptr : ofBiases, firstBlock);
  }

  // Gradients of the head's weights from panel p of its inputs: the same product with the factors changed over.
  void addFewGradients(int p, const float* panel, int rows, bool firstBlock) {
    const Layer& top = head();
    addGradientPanel(top.sumGradients, panelRoom(), top.sums(), panel, rows,
                     gradients + top.weights + (size_t)p * (size_t)top.units * panelWidth, nullptr, firstBlock);
  }

  // From one order of a layer's weights to the other.
  void transposeLayer(const Layer& layer) {
    const int depth = layer.listed ? layer.units : layer.inputs, columns = layer.listed ? layer.inputs : layer.units;
    for (int k = 0; k < depth; k += 8)
      for (int j = 0; j < columns; j += 8) {
        const float* from = parameters + layer.sumWeights + panelPlace(j, k, depth);
        Eight block[8];
        for (int i = 0; i < 8; i++) block[i] = k + i < depth ? loadEight(from + i * panelWidth) : allEight(0);
        transpose(block);
        float* to = layer.transposed + panelPlace(k, j, columns);
        for (int i = 0; i < 8 && j + i < columns; i++) storeEight(to + i * panelWidth, block[i]);
      }
  }

  static size_t panelPlace(int column, int row, int rows) {
    return ((size_t)(column / panelWidth) * (size_t)rows + (size_t)row) * panelWidth + (size_t)(column % panelWidth);
  }
};

}  // namespace holdfast::HOLDFAST_REGISTERS
