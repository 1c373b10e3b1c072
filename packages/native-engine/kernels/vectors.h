// Vectors of float32 and what is done with them, each operation rounded by itself (the build forbids contraction).
//
// `Floats` is as wide as the registers that this compilation is for (HOLDFAST_LANES: 8 for AVX2, 16 for AVX-512); the
// matrix tiles and the optimizers use it. `Eight` has 8 lanes in either: what works on 8 rows at a time uses that.
// No width changes a bit, because a lane is one sum, and no operation goes across lanes.
#pragma once

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace holdfast::HOLDFAST_REGISTERS {

constexpr int lanes = HOLDFAST_LANES;

// A panel is 16 columns of a matrix, one cache line a row; see network.h.
constexpr int panelWidth = 16;
constexpr int vectorsOfPanel = panelWidth / lanes;

#if HOLDFAST_LANES == 8
using Floats = __m256;
#elif defined(__AVX512F__)
using Floats = __m512;
#else
// 16 lanes on a processor that has registers of 8: slow, for checking the tiles of AVX-512 where there is none.
typedef float Floats __attribute__((vector_size(64)));
#endif
using Eight = __m256;

inline Floats load(const float* from) { return *reinterpret_cast<const Floats*>(from); }
inline void store(float* to, Floats value) { *reinterpret_cast<Floats*>(to) = value; }
inline Eight loadEight(const float* from) { return *reinterpret_cast<const Eight*>(from); }
inline void storeEight(float* to, Eight value) { *reinterpret_cast<Eight*>(to) = value; }
inline Eight allEight(float value) { return _mm256_set1_ps(value); }

#if HOLDFAST_LANES == 8
inline Floats all(float value) { return _mm256_set1_ps(value); }
inline Floats squareRoot(Floats x) { return _mm256_sqrt_ps(x); }
// `x > y ? x : y`, so y where x is NaN: what the instruction does, and the rule of ReLU.
inline Floats greater(Floats x, Floats y) { return _mm256_max_ps(x, y); }
inline Floats lesser(Floats x, Floats y) { return _mm256_min_ps(x, y); }
// `value` where x is above 0, which it is never below, and 0 where it is 0: one instruction for integers does that.
inline Floats wherePositive(Floats x, Floats value) {
  return _mm256_castsi256_ps(_mm256_sign_epi32(_mm256_castps_si256(value), _mm256_castps_si256(x)));
}
inline Floats zeroWhereSmaller(Floats x, float floor) {
  const Floats size = _mm256_andnot_ps(all(-0.0f), x);
  return _mm256_and_ps(_mm256_cmp_ps(size, all(floor), _CMP_NLT_UQ), x);
}
inline Floats negativeWhereBelowZero(Floats x, float size) {
  return _mm256_blendv_ps(all(size), all(-size), _mm256_cmp_ps(x, all(0), _CMP_LT_OQ));
}
#elif defined(__AVX512F__)
inline Floats all(float value) { return _mm512_set1_ps(value); }
inline Floats squareRoot(Floats x) { return _mm512_sqrt_ps(x); }
inline Floats greater(Floats x, Floats y) { return _mm512_max_ps(x, y); }
inline Floats lesser(Floats x, Floats y) { return _mm512_min_ps(x, y); }
inline Floats wherePositive(Floats x, Floats value) {
  return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, all(0), _CMP_GT_OQ), value);
}
inline Floats zeroWhereSmaller(Floats x, float floor) {
  return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(_mm512_abs_ps(x), all(floor), _CMP_NLT_UQ), x);
}
inline Floats negativeWhereBelowZero(Floats x, float size) {
  return _mm512_mask_mov_ps(all(size), _mm512_cmp_ps_mask(x, all(0), _CMP_LT_OQ), all(-size));
}
#else
inline Floats all(float value) { return value - Floats{}; }
inline Floats squareRoot(Floats x) {
  for (int i = 0; i < lanes; i++) x[i] = __builtin_sqrtf(x[i]);
  return x;
}
inline Floats greater(Floats x, Floats y) { return x > y ? x : y; }
inline Floats lesser(Floats x, Floats y) { return x < y ? x : y; }
inline Floats wherePositive(Floats x, Floats value) { return x > all(0) ? value : all(0); }
inline Floats zeroWhereSmaller(Floats x, float floor) {
  return (x < all(floor)) & (x > all(-floor)) ? all(0) : x;
}
inline Floats negativeWhereBelowZero(Floats x, float size) { return x < all(0) ? all(-size) : all(size); }
#endif

// Rows become columns and columns rows, 8 × 8.
inline void transpose(Eight (&m)[8]) {
  Eight a[8], b[8];
  for (int i = 0; i < 4; i++) {
    a[2 * i] = _mm256_unpacklo_ps(m[2 * i], m[2 * i + 1]);
    a[2 * i + 1] = _mm256_unpackhi_ps(m[2 * i], m[2 * i + 1]);
  }
  for (int i = 0; i < 2; i++) {
    b[4 * i] = _mm256_shuffle_ps(a[4 * i], a[4 * i + 2], 0x44);
    b[4 * i + 1] = _mm256_shuffle_ps(a[4 * i], a[4 * i + 2], 0xee);
    b[4 * i + 2] = _mm256_shuffle_ps(a[4 * i + 1], a[4 * i + 3], 0x44);
    b[4 * i + 3] = _mm256_shuffle_ps(a[4 * i + 1], a[4 * i + 3], 0xee);
  }
  for (int i = 0; i < 4; i++) {
    m[i] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x20);
    m[i + 4] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x31);
  }
}

}  // namespace holdfast::HOLDFAST_REGISTERS
