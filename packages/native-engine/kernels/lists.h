// Products over lists of the numbers that are not 0. ReLU and dropout leave half of a hidden layer's outputs 0, or more, and of their
// gradients the same; a product with 0 changes no sum, so it need not be taken.
//
// Mental model: the left factor of a product is a list of values and places for each row of it; each entry adds its
// value times one row of up to 4 panels of the right factor, at its place, to sums that stay in registers: 64 numbers, in
// the order of the inner dimension as everywhere. Two to four panels make a group: fewer would wait for each other's additions.
#pragma once

#include "tiles.h"

namespace holdfast::HOLDFAST_REGISTERS {

constexpr int mostPanels = 4;

// Panels of the next group, of those that are `left`: never one alone, unless there is only one.
constexpr int groupOf(int left) { return left <= mostPanels ? left : left == mostPanels + 1 ? mostPanels - 1 : mostPanels; }

// A list for each row, `room` numbers apart; a place is an offset, in bytes, in panels of 16 columns.
struct Lists {
  float* values;
  uint32_t* places;
  int32_t* counts;
  size_t room;

  // Eight numbers are appended at a time, of which the last ones may not count.
  static constexpr size_t slack = 8;

  void lay(Memory& memory, size_t lists, size_t longest) {
    room = longest + slack;
    values = memory.take<float>(lists * room);
    places = memory.take<uint32_t>(lists * room);
    counts = memory.take<int32_t>(lists);
  }
};

// Rows that are listed at a time: their lists stay in the nearest caches until all panels of the product have passed.
constexpr int rowsAtOnce = 32;

// For each set of eight lanes, those lanes one after the other.
struct LaneOrders {
  uint8_t lanes[256][8];

  constexpr LaneOrders() : lanes() {
    for (int set = 0; set < 256; set++) {
      int count = 0;
      for (int lane = 0; lane < 8; lane++)
        if (set >> lane & 1) lanes[set][count++] = (uint8_t)lane;
    }
  }
};
inline constexpr LaneOrders laneOrders;

// Writes those of eight numbers that are in the set, and their places; how many.
inline int append(Eight eight, __m256i places, int set, float* values, uint32_t* toPlaces) {
  const __m128i lanes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(laneOrders.lanes[set]));
  const __m256i order = _mm256_cvtepu8_epi32(lanes);
  _mm256_storeu_ps(values, _mm256_permutevar8x32_ps(eight, order));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(toPlaces), _mm256_permutevar8x32_epi32(places, order));
  return __builtin_popcount((unsigned)set);
}

inline int setOfNonzero(Eight eight) { return _mm256_movemask_ps(_mm256_cmp_ps(eight, allEight(0), _CMP_NEQ_UQ)); }
inline __m256i firstPlaces() { return _mm256_slli_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), 6); }
inline __m256i nextPlaces(__m256i places) { return _mm256_add_epi32(places, _mm256_set1_epi32(8 << 6)); }

// A list for each row of some panels; places are columns.
inline void listRows(const Panels& x, int panels, int rows, const Lists& lists) {
  for (int r = 0; r < rows; r++) {
    float* values = lists.values + (size_t)r * lists.room;
    uint32_t* to = lists.places + (size_t)r * lists.room;
    int count = 0;
    __m256i places = firstPlaces();
    for (int p = 0; p < panels; p++)
      for (int half = 0; half < panelWidth; half += 8) {
        const Eight eight = loadEight(x.x + (size_t)p * x.panel + (size_t)(r * panelWidth + half));
        count += append(eight, places, setOfNonzero(eight), values + count, to + count);
        places = nextPlaces(places);
      }
    lists.counts[r] = count;
  }
}

// A list for each of the 16 columns of a panel, from list number `first` on; places are rows.
inline void listColumns(const float* panel, int rows, const Lists& lists, int first) {
  for (int half = 0; half < panelWidth; half += 8) {
    const size_t begin = (size_t)(first + half) * lists.room;
    int counts[8] = {};
    __m256i places = firstPlaces();
    for (int r = 0; r < rows; r += 8, places = nextPlaces(places)) {
      const int present = rows - r < 8 ? (1 << (rows - r)) - 1 : 255;
      Eight block[8];
      for (int i = 0; i < 8; i++) block[i] = loadEight(panel + (r + i) * panelWidth + half);
      transpose(block);
#pragma GCC unroll 8
      for (int j = 0; j < 8; j++) {
        const size_t at = begin + (size_t)j * lists.room + (size_t)counts[j];
        counts[j] += append(block[j], places, setOfNonzero(block[j]) & present, lists.values + at, lists.places + at);
      }
    }
    for (int j = 0; j < 8; j++) lists.counts[first + half + j] = counts[j];
  }
}

template <int panels>
using GroupSums = Floats[panels][vectorsOfPanel];

// sums[p] += Σ value · the row of panel p at its place, over list number `list`; panels are `panel` numbers apart.
template <int panels>
inline __attribute__((always_inline)) void addList(const Lists& lists, int list, const float* right, size_t panel,
                                                   GroupSums<panels>& sums) {
  const char* from[panels];
  for (int p = 0; p < panels; p++) from[p] = reinterpret_cast<const char*>(right + (size_t)p * panel);
  const float* values = lists.values + (size_t)list * lists.room;
  const uint32_t* places = lists.places + (size_t)list * lists.room;
  const int count = lists.counts[list];
  for (int i = 0; i < count; i++) {
    const Floats value = all(values[i]);
    const size_t place = places[i];
    for (int p = 0; p < panels; p++)
      for (int v = 0; v < vectorsOfPanel; v++)
        sums[p][v] += value * load(reinterpret_cast<const float*>(from[p] + place) + v * lanes);
  }
}

// A product as of tiles.h whose left factor is lists: `panels` panels of it, whose weights are `wPanel`, and whose outputs and outputs
// of the layer below `outPanel` numbers apart.
template <int panels, After after>
__attribute__((noinline)) void multiplyLists(const Lists& lists, const PanelProduct& p, size_t wPanel, size_t outPanel) {
  const bool fromBiases = p.biases != nullptr && p.scale == 0;
  for (int r = 0; r < p.rows; r++) {
    GroupSums<panels> sums;
    for (int i = 0; i < panels; i++)
      for (int v = 0; v < vectorsOfPanel; v++) sums[i][v] = fromBiases ? load(p.biases + i * panelWidth + v * lanes) : all(0);
    addList<panels>(lists, r, p.w, wPanel, sums);
    for (int i = 0; i < panels; i++)
      for (int v = 0; v < vectorsOfPanel; v++) {
        const size_t at = (size_t)i * outPanel + (size_t)(r * panelWidth + v * lanes);
        store(p.out + at, ended<after>(p, sums[i][v], p.biases + i * panelWidth + v * lanes, p.below + at));
      }
  }
}

template <After after>
inline void multiplyLists(int panels, const Lists& lists, const PanelProduct& p, size_t wPanel, size_t outPanel) {
  if (panels == 4) multiplyLists<4, after>(lists, p, wPanel, outPanel);
  else if (panels == 3) multiplyLists<3, after>(lists, p, wPanel, outPanel);
  else multiplyLists<2, after>(lists, p, wPanel, outPanel);
}

// Weight gradients by inputs, gradients[unit][16] (+)= Σ_r dz[r][unit] · x[r] for `panels` panels of inputs: x and gradients are
// panels, those of the gradients `panel` numbers apart, and dz a list for each unit.
template <int panels>
__attribute__((noinline)) void addListGradients(const Lists& lists, int units, const Panels& x, float* gradients, size_t panel,
                                                bool first) {
  for (int unit = 0; unit < units; unit++) {
    float* to = gradients + unit * panelWidth;
    GroupSums<panels> sums;
    for (int p = 0; p < panels; p++)
      for (int v = 0; v < vectorsOfPanel; v++) sums[p][v] = first ? all(0) : load(to + (size_t)p * panel + v * lanes);
    addList<panels>(lists, unit, x.x, x.panel, sums);
    for (int p = 0; p < panels; p++)
      for (int v = 0; v < vectorsOfPanel; v++) store(to + (size_t)p * panel + v * lanes, sums[p][v]);
  }
}

inline void addListGradients(int panels, const Lists& lists, int units, const Panels& x, float* gradients, size_t panel, bool first) {
  if (panels == 4) addListGradients<4>(lists, units, x, gradients, panel, first);
  else if (panels == 3) addListGradients<3>(lists, units, x, gradients, panel, first);
  else addListGradients<2>(lists, units, x, gradients, panel, first);
}

}  // namespace holdfast::HOLDFAST_REGISTERS
