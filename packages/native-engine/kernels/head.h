// The last layer's activation, loss and gradient, for 8 rows side by side: z lies [output][row], so every sum over the
// outputs of a row goes in order down a lane, as packages/core/src/layers/head.ts and losses/row-loss.ts write it.
#pragma once

#include "elementary.h"

namespace holdfast::HOLDFAST_REGISTERS {

enum class Head { softmax = 1, sigmoid = 2, linear = 3 };

struct LossSums {
  double loss;    // one sum of float32 terms in the order of rows, within a row of outputs
  int64_t right;  // right rows (softmax) or outputs (sigmoid)
};

inline Eight clip(Eight p) {
  const Eight lowest = allEight((float)1e-7), highest = allEight((float)(1 - 1e-7));
  return _mm256_min_ps(highest, _mm256_max_ps(lowest, p));
}

inline void softmax(float* z, size_t room, int units) {
  Eight largest = loadEight(z);
  for (int j = 1; j < units; j++) largest = _mm256_max_ps(loadEight(z + (size_t)j * room), largest);
  Eight sum = allEight(0);
  for (int j = 0; j < units; j++) {
    const Eight e = exponential(loadEight(z + (size_t)j * room) - largest);
    storeEight(z + (size_t)j * room, e);
    sum = sum + e;
  }
  for (int j = 0; j < units; j++) storeEight(z + (size_t)j * room, loadEight(z + (size_t)j * room) / sum);
}

// Sums of 8 rows become outputs, in place.
inline void activateHead(Head head, float* z, size_t room, int units) {
  if (head == Head::softmax) return softmax(z, room, units);
  if (head == Head::linear) return;
  for (int j = 0; j < units; j++) {
    float* at = z + (size_t)j * room;
    const Eight minus = _mm256_xor_ps(loadEight(at), allEight(-0.0f));
    storeEight(at, allEight(1) / (allEight(1) + exponential(minus)));
  }
}

// What the loss compares with, from the first of the 8 rows on.
struct HeadTargets {
  const int32_t* labels;  // softmax
  const float* values;    // sigmoid (0 or 1), linear: rows × units
  const float* weights;   // as many as the targets; null: all 1
};

// Labels of `rows` ≤ 8 rows; −1, which no output has, beyond them.
inline __m256i labelsOf(const HeadTargets& t, int rows) {
  if (rows == 8) return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(t.labels));
  alignas(32) int32_t labels[8];
  for (int i = 0; i < 8; i++) labels[i] = i < rows ? t.labels[i] : -1;
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(labels));
}

inline void addSoftmaxLoss(const float* p, size_t room, int units, int rows, const HeadTargets& t, LossSums& sums) {
  const __m256i label = labelsOf(t, rows);
  // The first of the largest outputs is the prediction.
  Eight best = loadEight(p);
  Eight chosen = best;
  __m256i place = _mm256_setzero_si256();
  for (int j = 1; j < units; j++) {
    const Eight value = loadEight(p + (size_t)j * room);
    const __m256i number = _mm256_set1_epi32(j);
    const Eight above = _mm256_cmp_ps(value, best, _CMP_GT_OQ);
    best = _mm256_blendv_ps(best, value, above);
    place = _mm256_blendv_epi8(place, number, _mm256_castps_si256(above));
    chosen = _mm256_blendv_ps(chosen, value, _mm256_castsi256_ps(_mm256_cmpeq_epi32(label, number)));
  }
  const int right = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(place, label)));
  sums.right += __builtin_popcount((unsigned)right);
  alignas(32) float losses[8];
  storeEight(losses, logarithm(clip(chosen)));
  double loss = sums.loss;
  if (t.weights == nullptr)
    for (int i = 0; i < rows; i++) loss += -(double)losses[i];
  else
    for (int i = 0; i < rows; i++) loss += (double)t.weights[i] * -(double)losses[i];
  sums.loss = loss;
}

inline void addSigmoidLoss(const float* p, size_t room, int units, int rows, const HeadTargets& t, LossSums& sums) {
  for (int i = 0; i < rows; i++)
    for (int from = 0; from < units; from += 8) {
      const int count = units - from < 8 ? units - from : 8;
      const size_t at = (size_t)i * (size_t)units + (size_t)from;
      alignas(32) float values[8], losses[8], outputs[8] = {};
      for (int j = 0; j < count; j++) {
        outputs[j] = p[(size_t)(from + j) * room + (size_t)i];
        sums.right += (outputs[j] > 0.5f) == (t.values[at + (size_t)j] == 1);
      }
      storeEight(values, clip(loadEight(outputs)));
      for (int j = 0; j < count; j++)
        if (t.values[at + (size_t)j] != 1) values[j] = 1 - values[j];
      storeEight(losses, logarithm(loadEight(values)));
      for (int j = 0; j < count; j++)
        sums.loss += t.weights == nullptr ? -(double)losses[j] : (double)t.weights[at + (size_t)j] * -(double)losses[j];
    }
}

inline void addSquaredLoss(const float* p, size_t room, int units, int rows, const HeadTargets& t, LossSums& sums) {
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < units; j++) {
      const size_t at = (size_t)i * (size_t)units + (size_t)j;
      const double difference = p[(size_t)j * room + (size_t)i] - t.values[at];
      const double square = difference * difference;
      sums.loss += t.weights == nullptr ? square : (double)t.weights[at] * square;
    }
}

// Adds the loss of `rows` ≤ 8 rows whose outputs are p.
inline void addLoss(Head head, const float* p, size_t room, int units, int rows, const HeadTargets& t, LossSums& sums) {
  if (head == Head::softmax) addSoftmaxLoss(p, room, units, rows, t, sums);
  else if (head == Head::sigmoid) addSigmoidLoss(p, room, units, rows, t, sums);
  else addSquaredLoss(p, room, units, rows, t, sums);
}

// Outputs become the gradient of the sums z, in place: (p − target) · (weight · 1/N), (p − y) · (weight · 1/(J·N)) or
// (ŷ − y) · (weight · 2/(J·N)), every operation rounded. Lanes beyond `rows` hold anything.
inline void headGradient(Head head, float* p, size_t room, int units, int rows, const HeadTargets& t,
                         int64_t batchRows) {
  alignas(32) float targets[8] = {}, scales[8] = {};
  if (head == Head::softmax) {
    const float mean = (float)(1.0 / (double)batchRows);
    Eight scale = allEight(mean);
    if (t.weights != nullptr) {
      for (int i = 0; i < rows; i++) scales[i] = t.weights[i];
      scale = loadEight(scales) * scale;
    }
    const __m256i label = labelsOf(t, rows);
    for (int j = 0; j < units; j++) {
      float* at = p + (size_t)j * room;
      const Eight one = _mm256_and_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(label, _mm256_set1_epi32(j))), allEight(1));
      storeEight(at, (loadEight(at) - one) * scale);
    }
    return;
  }
  const float mean = (float)((head == Head::sigmoid ? 1.0 : 2.0) / ((double)units * (double)batchRows));
  for (int j = 0; j < units; j++) {
    for (int i = 0; i < rows; i++) {
      const size_t at = (size_t)i * (size_t)units + (size_t)j;
      targets[i] = t.values[at];
      scales[i] = t.weights == nullptr ? mean : t.weights[at] * mean;
    }
    float* at = p + (size_t)j * room;
    storeEight(at, (loadEight(at) - loadEight(targets)) * loadEight(scales));
  }
}

}  // namespace holdfast::HOLDFAST_REGISTERS
