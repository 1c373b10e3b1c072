// Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC 2011) as in packages/numeric/src/philox.ts, for one counter or for
// 4 that differ in their first word, and what is drawn from it: the order of an epoch's rows.
#pragma once

#include "vectors.h"

namespace holdfast::HOLDFAST_REGISTERS {

// The numbers of packages/numeric/src/stream.ts.
constexpr uint32_t purposeShuffling = 2;
constexpr uint32_t purposeDropout = 3;

struct Seed {
  uint32_t high, low;
};

constexpr uint32_t multiplier0 = 0xd2511f53, multiplier1 = 0xcd9e8d57;
constexpr uint32_t weyl0 = 0x9e3779b9, weyl1 = 0xbb67ae85;

inline void philox(uint32_t (&c)[4], Seed seed) {
  uint32_t k0 = seed.low, k1 = seed.high;
  for (int round = 0; round < 10; round++) {
    const uint64_t p0 = (uint64_t)multiplier0 * c[0];
    const uint64_t p1 = (uint64_t)multiplier1 * c[2];
    c[0] = (uint32_t)(p1 >> 32) ^ c[1] ^ k0;
    c[1] = (uint32_t)p1;
    c[2] = (uint32_t)(p0 >> 32) ^ c[3] ^ k1;
    c[3] = (uint32_t)p0;
    k0 += weyl0;
    k1 += weyl1;
  }
}

// Blocks of the counters (first + 0 … 3, c1, c2, c3), the four words of each after one another in `to`. A counter's words
// lie in the low halves of 64 bits, where the multiplication takes them; what is above them is ignored.
inline void philoxFour(uint32_t first, uint32_t c1, uint32_t c2, uint32_t c3, Seed seed, __m256i* to) {
  // In an order that leaves two whole blocks in a register at the end.
  __m256i x0 = _mm256_add_epi64(_mm256_set1_epi64x(first), _mm256_setr_epi64x(0, 2, 1, 3));
  __m256i x1 = _mm256_set1_epi64x(c1), x2 = _mm256_set1_epi64x(c2), x3 = _mm256_set1_epi64x(c3);
  __m256i k0 = _mm256_set1_epi64x(seed.low), k1 = _mm256_set1_epi64x(seed.high);
#pragma GCC unroll 10
  for (int round = 0; round < 10; round++) {
    const __m256i p0 = _mm256_mul_epu32(x0, _mm256_set1_epi64x(multiplier0));
    const __m256i p1 = _mm256_mul_epu32(x2, _mm256_set1_epi64x(multiplier1));
    x0 = _mm256_xor_si256(_mm256_srli_epi64(p1, 32), _mm256_xor_si256(x1, k0));
    x2 = _mm256_xor_si256(_mm256_srli_epi64(p0, 32), _mm256_xor_si256(x3, k1));
    x1 = p1;
    x3 = p0;
    k0 = _mm256_add_epi32(k0, _mm256_set1_epi32((int)weyl0));
    k1 = _mm256_add_epi32(k1, _mm256_set1_epi32((int)weyl1));
  }
  const __m256i low = _mm256_blend_epi32(x0, _mm256_slli_epi64(x1, 32), 0xaa);
  const __m256i high = _mm256_blend_epi32(x2, _mm256_slli_epi64(x3, 32), 0xaa);
  to[0] = _mm256_unpacklo_epi64(low, high);
  to[1] = _mm256_unpackhi_epi64(low, high);
}

// Fisher–Yates over 0 … rows − 1 with unbiased integers (Lemire, ACM TOMACS 29, 2019, algorithm 5), from the stream
// `shuffling` of the epoch: `shuffle` and `boundedInteger` of packages/numeric.
inline void shuffleRows(int32_t* order, int32_t rows, uint32_t epoch, Seed seed) {
  for (int32_t i = 0; i < rows; i++) order[i] = i;
  uint32_t block[4] = {0, 0, 0, 0};
  uint64_t next = 0;
  for (int32_t last = rows - 1; last > 0; last--) {
    const uint32_t bound = (uint32_t)last + 1;
    for (;;) {
      if ((next & 3) == 0) {
        block[0] = (uint32_t)(next >> 2);
        block[1] = (uint32_t)(next >> 34);
        block[2] = purposeShuffling;
        block[3] = epoch;
        philox(block, seed);
      }
      const uint64_t product = (uint64_t)block[next++ & 3] * bound;
      const uint32_t low = (uint32_t)product;
      // The threshold (2^32 − bound) mod bound is below the bound, so most draws need no division.
      if (low < bound && low < (0u - bound) % bound) continue;
      const uint32_t other = (uint32_t)(product >> 32);
      const int32_t held = order[last];
      order[last] = order[other];
      order[other] = held;
      break;
    }
  }
}

}  // namespace holdfast::HOLDFAST_REGISTERS
