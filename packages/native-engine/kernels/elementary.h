// e^x and log x in float32 for 8 numbers at a time: the polynomials of packages/numeric/src/exp-float32.ts and
// log-float32.ts, operation by operation in the order that is written there, so the bits are theirs.
#pragma once

#include "vectors.h"

namespace holdfast::HOLDFAST_REGISTERS {

// The argument is clamped to ±40; NaN stays NaN.
inline Eight exponential(Eight x) {
  // `minps` and `maxps` give their second operand where one is NaN.
  Eight clamped = _mm256_max_ps(allEight(-40), x);
  clamped = _mm256_min_ps(allEight(40), clamped);
  const Eight rounder = allEight(12582912);
  const Eight n = (clamped * allEight((float)1.4426950216293335) + rounder) - rounder;
  const Eight r = (clamped - n * allEight((float)0.693115234375)) - n * allEight((float)3.194618329871446e-5);
  Eight p = allEight((float)0.0013950476422905922) * r + allEight((float)0.008368882350623608);
  p = p * r + allEight((float)0.04166620597243309);
  p = p * r + allEight((float)0.166665181517601);
  p = p * r + allEight(0.5f);
  p = (p * r) * r + r;
  const __m256i power = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
  return (p + allEight(1)) * _mm256_castsi256_ps(power);
}

// Of a positive normal number; NaN stays NaN. The losses clip their argument to [1e-7, 1 − 1e-7] first.
inline Eight logarithm(Eight x) {
  static const float coefficients[] = {
      (float)0.06915365904569626,  (float)-0.11789806187152863, (float)0.11872976273298264,
      (float)-0.1238434836268425,  (float)0.14218658208847046,  (float)-0.16669251024723053,
      (float)0.20002226531505585,  (float)-0.24999986588954926, (float)0.3333331048488617};
  const __m256i halfBits = _mm256_set1_epi32(0x3f3504f3);
  const __m256i shifted = _mm256_sub_epi32(_mm256_castps_si256(x), halfBits);
  const Eight exponent = _mm256_cvtepi32_ps(_mm256_srai_epi32(shifted, 23));
  const __m256i mantissa = _mm256_add_epi32(_mm256_and_si256(shifted, _mm256_set1_epi32(0x7fffff)), halfBits);
  const Eight f = _mm256_castsi256_ps(mantissa) - allEight(1);
  Eight p = allEight(coefficients[0]);
  for (int i = 1; i < 9; i++) p = p * f + allEight(coefficients[i]);
  const Eight square = f * f;
  Eight tail = (p * f) * square;
  tail = tail + exponent * allEight((float)3.194618329871446e-5);
  tail = tail - allEight(0.5f) * square;
  const Eight result = (f + tail) + exponent * allEight((float)0.693115234375);
  return _mm256_blendv_ps(result, x, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}

}  // namespace holdfast::HOLDFAST_REGISTERS
