// The optimizers and the penalties' gradients, element by element: packages/core/src/optimizers/update.ts and
// regularizers/penalty.ts, each operation rounded in the order that is written there.
#pragma once

#include "vectors.h"

namespace holdfast::HOLDFAST_REGISTERS {

enum class OptimizerKind { sgd, adagrad, rmsprop, adam };

// All in float64, as given.
struct Optimizer {
  OptimizerKind kind;
  double learningRate, decay, momentum, rho, beta1, beta2, epsilon;
};

// The numbers of one update, worked out in float64 and rounded once: `stepScalars` of optimizer-description.ts.
struct StepScalars {
  float rate, secondScale, keepFirst, addFirst, keepSecond, addSecond, epsilon;
};

// By repeated squaring, as in packages/numeric/src/pow.ts.
inline double powInteger(double base, uint64_t count) {
  double result = 1, square = base;
  for (; count > 0; count /= 2) {
    if (count % 2 == 1) result *= square;
    square *= square;
  }
  return result;
}

inline StepScalars stepScalars(const Optimizer& o, uint64_t step) {
  const bool adam = o.kind == OptimizerKind::adam;
  double rate = o.learningRate / (1 + o.decay * (double)step);
  double secondScale = 1;
  if (adam) {
    rate /= 1 - powInteger(o.beta1, step + 1);
    secondScale = 1 / (1 - powInteger(o.beta2, step + 1));
  }
  const double first = adam ? o.beta1 : o.momentum;
  const double second = adam ? o.beta2 : o.rho;
  return {(float)rate,         (float)secondScale, (float)first,    (float)(1 - first),
          (float)second,       (float)(1 - second), (float)o.epsilon};
}

constexpr float gradientFloor = (float)1e-15;
constexpr float momentFloor = (float)1e-30;

// Parameters of one kind in one layer: how many (a multiple of 16, rows aligned to a cache line), and its penalties.
struct Range {
  float *w, *gradients, *first, *second;
  size_t count;
  double l1, l2;
};

template <OptimizerKind kind, bool momentum, bool penalized>
inline void updateRange(const Range& range, const StepScalars& s) {
  const float twice = (float)(2 * range.l2), size = (float)range.l1;
  const Floats rate = all(s.rate), epsilon = all(s.epsilon), secondScale = all(s.secondScale);
  const Floats keepFirst = all(s.keepFirst), addFirst = all(s.addFirst);
  const Floats keepSecond = all(s.keepSecond), addSecond = all(s.addSecond);
  for (size_t i = 0; i < range.count; i += lanes) {
    Floats w = load(range.w + i);
    Floats g = load(range.gradients + i);
    if (penalized) {
      if (range.l2 != 0) g = g + all(twice) * w;
      if (range.l1 != 0) g = g + negativeWhereBelowZero(w, size);
    }
    g = zeroWhereSmaller(g, gradientFloor);
    if (kind == OptimizerKind::sgd && !momentum) w = w - rate * g;
    if (kind == OptimizerKind::sgd && momentum) {
      const Floats m = zeroWhereSmaller(keepFirst * load(range.first + i) - rate * g, momentFloor);
      store(range.first + i, m);
      w = w + m;
    }
    if (kind == OptimizerKind::adagrad) {
      const Floats v = load(range.second + i) + g * g;
      store(range.second + i, v);
      w = w - (rate * g) / (squareRoot(v) + epsilon);
    }
    if (kind == OptimizerKind::rmsprop) {
      const Floats v = zeroWhereSmaller(keepSecond * load(range.second + i) + addSecond * (g * g), momentFloor);
      store(range.second + i, v);
      w = w - (rate * g) / (squareRoot(v) + epsilon);
    }
    if (kind == OptimizerKind::adam) {
      const Floats m = zeroWhereSmaller(keepFirst * load(range.first + i) + addFirst * g, momentFloor);
      const Floats v = zeroWhereSmaller(keepSecond * load(range.second + i) + addSecond * (g * g), momentFloor);
      store(range.first + i, m);
      store(range.second + i, v);
      w = w - (rate * m) / (squareRoot(v * secondScale) + epsilon);
    }
    store(range.w + i, w);
  }
}

template <OptimizerKind kind, bool momentum>
inline void updateRange(const Range& range, const StepScalars& s) {
  if (range.l1 == 0 && range.l2 == 0) updateRange<kind, momentum, false>(range, s);
  else updateRange<kind, momentum, true>(range, s);
}

inline void updateRange(const Range& range, const Optimizer& optimizer, const StepScalars& s) {
  switch (optimizer.kind) {
    case OptimizerKind::sgd:
      if (optimizer.momentum == 0) return updateRange<OptimizerKind::sgd, false>(range, s);
      return updateRange<OptimizerKind::sgd, true>(range, s);
    case OptimizerKind::adagrad: return updateRange<OptimizerKind::adagrad, false>(range, s);
    case OptimizerKind::rmsprop: return updateRange<OptimizerKind::rmsprop, false>(range, s);
    case OptimizerKind::adam: return updateRange<OptimizerKind::adam, false>(range, s);
  }
}

}  // namespace holdfast::HOLDFAST_REGISTERS
