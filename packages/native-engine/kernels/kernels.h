// What one compilation of the kernels offers the addon. `open` builds a training (or, without rows, a network that only
// predicts) in memory of the size that it answers for a null address; the memory is zeros, and not moved later.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace holdfast {

// The numbers of a set-up, all float64: these, then for each layer `LayerField`s.
enum SetupField {
  fieldLayers, fieldRows, fieldBatch, fieldOrderHigh, fieldOrderLow, fieldDropoutHigh, fieldDropoutLow,
  fieldDropoutGiven, fieldWeighted, fieldOptimizer, fieldLearningRate, fieldDecay, fieldMomentum, fieldRho, fieldBeta1,
  fieldBeta2, fieldEpsilon, setupFields,
};
enum LayerField {
  fieldInputs, fieldUnits, fieldActivation, fieldDropout, fieldL1Weights, fieldL2Weights, fieldL1Biases, fieldL2Biases,
  layerFields,
};

enum Numbers { numbersParameters, numbersFirst, numbersSecond };

// What `run` reports.
struct Progress {
  double epochs, steps, dataLoss, accuracy;
};

struct Kernels {
  // Bytes of memory; builds there unless it is null.
  size_t (*open)(char* memory, const double* setup);
  // Rows to evaluate, likewise.
  size_t (*openRows)(char* memory, int64_t count, int32_t columns, int32_t targetsPerRow, bool labelled);
  int64_t (*countParameters)(const char* memory);
  void (*writeFeatures)(char* memory, const float* features);
  // As many as the rows (softmax) or rows × units; loss weights may be null.
  void (*writeTargets)(char* memory, const int32_t* labels, const float* values, const float* lossWeights);
  void (*writeRows)(char* set, const float* features, const int32_t* labels, const float* values);
  // Row-major, layer by layer, weights and then biases.
  void (*write)(char* memory, Numbers which, const float* from);
  void (*read)(const char* memory, Numbers which, float* to);
  void (*setProgress)(char* memory, double steps, double epochs);
  void (*setMask)(char* memory, int32_t layer, const uint8_t* mask);
  // 0: completed, 1: paused, 2: diverged.
  int (*run)(char* memory, double lastEpoch, double budget, bool oneStep, Progress* progress);
  // Rows `from` (a multiple of 8) to `to` of a set, or without one of the training: adds loss and right outputs to
  // `sums`, or writes the outputs to their places among all rows × units.
  void (*evaluate)(char* memory, const char* set, int64_t from, int64_t to, double* sums);
  void (*predict)(char* memory, const char* set, int64_t from, int64_t to, float* outputs);
};

namespace avx2 { extern const Kernels kernels; }
namespace avx512 { extern const Kernels kernels; }

}  // namespace holdfast
