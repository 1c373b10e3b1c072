// One compilation of the kernels, for the registers that HOLDFAST_REGISTERS names and HOLDFAST_LANES counts. Each has a
// namespace of its own, so that no function compiled for wide registers is ever called on a processor without them.
#include "kernels.h"

#include <stdlib.h>

#include "evaluation.h"

namespace holdfast::HOLDFAST_REGISTERS {
namespace {

// First in its memory; a network that only predicts has no rows.
Training& trainingOf(char* memory) { return *reinterpret_cast<Training*>(memory); }
const Training& trainingOf(const char* memory) { return *reinterpret_cast<const Training*>(memory); }

Layer describeLayer(const double* f, bool last) {
  Layer layer = {};
  layer.inputs = (int)f[fieldInputs];
  layer.units = (int)f[fieldUnits];
  layer.activation = (int)f[fieldActivation];
  layer.few = last && layer.units <= fewUnits;
  layer.dropoutScale = f[fieldDropout] > 0 ? (float)(1 / (1 - f[fieldDropout])) : 0;
  // As JavaScript's Math.round: halves go up.
  layer.threshold = (int)__builtin_floor(f[fieldDropout] * 65536 + 0.5) - 32768;
  layer.l1Weights = f[fieldL1Weights];
  layer.l2Weights = f[fieldL2Weights];
  layer.l1Biases = f[fieldL1Biases];
  layer.l2Biases = f[fieldL2Biases];
  return layer;
}

// Rows of a block: fewer where the network is so large that a block would take long.
int blockRowsFor(double parameters) { return parameters > 4e6 ? 16 : parameters > 1e6 ? 64 : longestBlock; }

size_t open(char* base, const double* setup) {
  Memory memory = {base, 0};
  const int count = (int)setup[fieldLayers];
  Training measured = {};
  Training* place = memory.take<Training>(1);
  Layer* layers = memory.take<Layer>((size_t)count);
  Training& t = base == nullptr ? measured : *place;
  if (base == nullptr) layers = (Layer*)calloc((size_t)count, sizeof(Layer));
  double parameters = 0;
  for (int l = 0; l < count; l++) {
    layers[l] = describeLayer(setup + setupFields + l * layerFields, l == count - 1);
    parameters += ((double)layers[l].inputs + 1) * (double)layers[l].units;
  }
  t.rows = (int32_t)setup[fieldRows];
  t.batch = (int32_t)setup[fieldBatch];
  t.orderSeed = {(uint32_t)setup[fieldOrderHigh], (uint32_t)setup[fieldOrderLow]};
  t.dropoutSeed = {(uint32_t)setup[fieldDropoutHigh], (uint32_t)setup[fieldDropoutLow]};
  t.dropoutGiven = setup[fieldDropoutGiven] != 0;
  t.optimizer = {(OptimizerKind)(int)setup[fieldOptimizer], setup[fieldLearningRate], setup[fieldDecay],
                 setup[fieldMomentum],                      setup[fieldRho],          setup[fieldBeta1],
                 setup[fieldBeta2],                         setup[fieldEpsilon]};
  t.network.count = count;
  t.network.layers = layers;
  t.network.blockRows = blockRowsFor(parameters);
  t.lay(memory, setup[fieldWeighted] != 0);
  if (base == nullptr) free(layers);
  return memory.used;
}

size_t openRows(char* base, int64_t count, int32_t columns, int32_t targetsPerRow, bool labelled) {
  Memory memory = {base, 0};
  Rows measured = {};
  Rows* place = memory.take<Rows>(1);
  Rows& rows = base == nullptr ? measured : *place;
  rows.count = count;
  rows.columns = columns;
  rows.targetsPerRow = targetsPerRow;
  rows.lay(memory, labelled);
  return memory.used;
}

// The rows of a set, or without one those of the training.
const Rows& rowsOf(const char* memory, const char* set) {
  return set == nullptr ? trainingOf(memory).held : *reinterpret_cast<const Rows*>(set);
}

int64_t countParameters(const char* memory) {
  const Network& network = trainingOf(memory).network;
  int64_t count = 0;
  for (int l = 0; l < network.count; l++) count += ((int64_t)network.layers[l].inputs + 1) * network.layers[l].units;
  return count;
}

void writeFeatures(char* memory, const float* features) { trainingOf(memory).held.writeFeatures(features); }

void writeTargets(char* memory, const int32_t* labels, const float* values, const float* lossWeights) {
  Training& t = trainingOf(memory);
  t.held.writeTargets(labels, values);
  if (t.lossWeights != nullptr)
    memcpy(t.lossWeights, lossWeights, (size_t)t.rows * (size_t)t.held.targetsPerRow * sizeof(float));
}

void writeRows(char* set, const float* features, const int32_t* labels, const float* values) {
  Rows& rows = *reinterpret_cast<Rows*>(set);
  rows.writeFeatures(features);
  rows.writeTargets(labels, values);
}

float* numbersOf(const Network& network, Numbers which) {
  return which == numbersParameters ? network.parameters : which == numbersFirst ? network.first : network.second;
}

// A −0 becomes +0: a sum that starts at it would tell whether terms of 0 were left out.
void write(char* memory, Numbers which, const float* from) {
  Training& training = trainingOf(memory);
  float* to = numbersOf(training.network, which);
  for (int l = 0; l < training.network.count; l++) {
    const Layer& layer = training.network.layers[l];
    for (int k = 0; k < layer.inputs; k++)
      for (int j = 0; j < layer.units; j++) to[layer.weights + layer.place(k, j)] = *from++ + 0.0f;
    for (int j = 0; j < layer.units; j++) to[layer.biases + (size_t)j] = *from++ + 0.0f;
  }
  training.weightsDerived = false;
}

void read(const char* memory, Numbers which, float* to) {
  const Network& network = trainingOf(memory).network;
  const float* from = numbersOf(network, which);
  for (int l = 0; l < network.count; l++) {
    const Layer& layer = network.layers[l];
    for (int k = 0; k < layer.inputs; k++)
      for (int j = 0; j < layer.units; j++) *to++ = from[layer.weights + layer.place(k, j)];
    for (int j = 0; j < layer.units; j++) *to++ = from[layer.biases + (size_t)j];
  }
}

void setProgress(char* memory, double steps, double epochs) {
  Training& t = trainingOf(memory);
  t.steps = (uint64_t)steps;
  t.epochs = (uint64_t)epochs;
  t.inEpoch = false;
}

void setMask(char* memory, int32_t layer, const uint8_t* mask) {
  trainingOf(memory).network.layers[layer].mask = mask;
}

int run(char* memory, double lastEpoch, double budget, bool oneStep, Progress* progress) {
  Training& t = trainingOf(memory);
  const Training::Status status = t.run((uint64_t)lastEpoch, budget, oneStep);
  *progress = {(double)t.epochs, (double)t.steps, t.dataLoss, t.accuracy};
  return (int)status;
}

void evaluate(char* memory, const char* set, int64_t from, int64_t to, double* sums) {
  Training& t = trainingOf(memory);
  t.deriveWeights();
  LossSums added = {sums[0], (int64_t)sums[1]};
  evaluateRows(t.network, rowsOf(memory, set), from, to, t.scratch, added);
  sums[0] = added.loss;
  sums[1] = (double)added.right;
}

void predict(char* memory, const char* set, int64_t from, int64_t to, float* outputs) {
  Training& t = trainingOf(memory);
  t.deriveWeights();
  predictRows(t.network, rowsOf(memory, set), from, to, t.scratch, outputs);
}

}  // namespace

extern const Kernels kernels = {open,  openRows, countParameters, writeFeatures, writeTargets, writeRows, write,
                                read,  setProgress,       setMask,         run,           evaluate,     predict};

}  // namespace holdfast::HOLDFAST_REGISTERS
