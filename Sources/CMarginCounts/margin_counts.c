// The pass over the logits. In blocks: first the places of all margins, which the compiler turns into vector
// instructions, then one addition to a table for each.
#include "CMarginCounts.h"

#include <math.h>
#include <string.h>

enum { block = 512 };

static const int half_bins = mc_half_bins;
static const float reach = 40, places_per_unit = 1 << 20;

static float value(const mc_logits *what, ptrdiff_t place) {
  if (!what->is_bfloat16) return ((const float *)what->logits)[place];
  uint32_t bits = (uint32_t)((const uint16_t *)what->logits)[place] << 16;
  float result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

static uint64_t entry(int32_t place) {
  uint64_t within = (uint32_t)place & ((1u << mc_places_per_bin_log2) - 1);
  return ((uint64_t)1 << mc_count_bit) | within;
}

// Places are whole and bins begin at whole places: rounding towards zero would put what lies closely below the edge
// above it.
static int32_t floored(float scaled) {
  int32_t towards_zero = (int32_t)scaled;
  return towards_zero - (scaled < (float)towards_zero);
}

// Any margin at all.
static void count_one(float margin, float edge, mc_side *side) {
  if (!isfinite(margin)) {
    side->not_finite += 1;
    return;
  }
  float above = margin - edge;
  if (above >= -reach && above < reach) {
    int32_t place = floored(above * places_per_unit);
    side->bins[(place >> mc_places_per_bin_log2) + half_bins] += entry(place);
    return;
  }
  mc_beyond *beyond = above < 0 ? &side->below : &side->above;
  // Exact where a float of 40 and more is: its digits reach down to 2^-18.
  double most = (double)(1 << 20), units = (double)margin - (double)edge;
  units = units > most ? most : units < -most ? -most : units;
  beyond->count += 1;
  beyond->places += (int64_t)(units * (double)places_per_unit);
}

// Margins of a block that are all within reach; says whether they were, and counts nothing if not.
static int count_block(const float *margins, ptrdiff_t count, float edge, mc_side *side) {
  int32_t places[block];
  int32_t beyond = 0;
  for (ptrdiff_t i = 0; i < count; ++i) {
    float above = margins[i] - edge;
    // False for what is no number, too.
    int32_t within = (above >= -reach) & (above < reach);
    beyond |= within ^ 1;
    float scaled = within ? above * places_per_unit : 0;
    places[i] = floored(scaled);
  }
  if (beyond) return 0;
  uint64_t *even = side->bins + half_bins, *odd = even + mc_bins;
  ptrdiff_t i = 0;
  for (; i + 2 <= count; i += 2) {
    even[places[i] >> mc_places_per_bin_log2] += entry(places[i]);
    odd[places[i + 1] >> mc_places_per_bin_log2] += entry(places[i + 1]);
  }
  if (i < count) even[places[i] >> mc_places_per_bin_log2] += entry(places[i]);
  return 1;
}

// Logits [first, end) as background's.
static void count_background(const mc_logits *what, ptrdiff_t first, ptrdiff_t end, mc_side *side) {
  float margins[block];
  for (; first < end; first += block) {
    ptrdiff_t count = end - first < block ? end - first : block;
    if (what->is_bfloat16) {
      const uint16_t *halves = (const uint16_t *)what->logits + first;
      uint32_t bits[block];
      // The other sign.
      for (ptrdiff_t i = 0; i < count; ++i) bits[i] = ((uint32_t)halves[i] << 16) ^ 0x80000000u;
      memcpy(margins, bits, (size_t)count * sizeof *margins);
    } else {
      const float *floats = (const float *)what->logits + first;
      for (ptrdiff_t i = 0; i < count; ++i) margins[i] = -floats[i];
    }
    if (!count_block(margins, count, what->edge, side))
      for (ptrdiff_t i = 0; i < count; ++i) count_one(margins[i], what->edge, side);
  }
}

void mc_count(const mc_logits *what, ptrdiff_t first_row, ptrdiff_t row_count, mc_side *objects,
              mc_side *background) {
  // Background lies between what is not: ignored rows, and the one entry of an object's own category.
  ptrdiff_t columns = what->columns, start = first_row * columns;
  for (ptrdiff_t row = first_row; row < first_row + row_count; ++row) {
    int32_t category = what->classes[row];
    if (category == -1) continue;
    ptrdiff_t end = row * columns, next = end + columns;
    if (category >= 0) {
      end += what->first_column + category;
      next = end + 1;
    }
    count_background(what, start, end, background);
    if (category >= 0) count_one(value(what, end), what->edge, objects);
    start = next;
  }
  count_background(what, start, (first_row + row_count) * columns, background);
}

uint64_t mc_read(const void *bytes, ptrdiff_t count) {
  const char *start = (const char *)bytes;
  uint64_t sum = 0;
  ptrdiff_t words = count / (ptrdiff_t)sizeof sum;
  for (ptrdiff_t i = 0; i < words; ++i) {
    uint64_t word;
    memcpy(&word, start + i * (ptrdiff_t)sizeof word, sizeof word);
    sum += word;
  }
  return sum;
}
