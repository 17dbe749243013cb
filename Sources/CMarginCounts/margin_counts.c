// The pass over the logits. Floats go in blocks: first the places of all margins, which the compiler turns into vector
// instructions, then one addition to a table for each. bfloat16 has few enough values to be counted by their bits; what
// they stand for is asked once for each value, not for each logit.
#include "CMarginCounts.h"

#include <math.h>
#include <string.h>

enum { block = 512 };

static const int half_bins = mc_half_bins;
static const float reach = 40, places_per_unit = 1 << 20;

static float from_half(uint16_t half) {
  uint32_t bits = (uint32_t)half << 16;
  float result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

static float value(const mc_logits *what, ptrdiff_t place) {
  return what->is_bfloat16 ? from_half(((const uint16_t *)what->logits)[place])
                           : ((const float *)what->logits)[place];
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

// Any margin at all, so many times (mc_most_logits at most).
static void count_some(float margin, uint32_t times, float edge, mc_side *side) {
  if (!isfinite(margin)) {
    side->not_finite += times;
    return;
  }
  float above = margin - edge;
  if (above >= -reach && above < reach) {
    int32_t place = floored(above * places_per_unit);
    side->bins[(place >> mc_places_per_bin_log2) + half_bins] += times * entry(place);
    return;
  }
  mc_beyond *beyond = above < 0 ? &side->below : &side->above;
  // Exact where a float of 40 and more is: its digits reach down to 2^-18.
  double most = (double)(1 << 18), units = (double)margin - (double)edge;
  units = units > most ? most : units < -most ? -most : units;
  beyond->count += times;
  beyond->places += (int64_t)(units * (double)places_per_unit) * times;
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

// Floats as background's.
static void count_floats(const float *logits, ptrdiff_t count, float edge, mc_side *side) {
  float margins[block];
  for (ptrdiff_t first = 0; first < count; first += block) {
    ptrdiff_t some = count - first < block ? count - first : block;
    for (ptrdiff_t i = 0; i < some; ++i) margins[i] = -logits[first + i];
    if (!count_block(margins, some, edge, side))
      for (ptrdiff_t i = 0; i < some; ++i) count_some(margins[i], 1, edge, side);
  }
}

static void count_halves(const uint16_t *logits, ptrdiff_t count, uint32_t *patterns) {
  const ptrdiff_t table = 1 << 16;
  ptrdiff_t i = 0;
  for (; i + 4 <= count; i += 4) {
    patterns[logits[i]] += 1;
    patterns[table + logits[i + 1]] += 1;
    patterns[2 * table + logits[i + 2]] += 1;
    patterns[3 * table + logits[i + 3]] += 1;
  }
  for (; i < count; ++i) patterns[logits[i]] += 1;
}

// What was counted by its bits, as background's.
static void count_patterns(const uint32_t *patterns, float edge, mc_side *side) {
  for (uint32_t half = 0; half < 1u << 16; ++half) {
    uint32_t times = patterns[half] + patterns[(1 << 16) + half] + patterns[(2 << 16) + half] +
                     patterns[(3 << 16) + half];
    if (times) count_some(-from_half((uint16_t)half), times, edge, side);
  }
}

static void count_background(const mc_logits *what, ptrdiff_t first, ptrdiff_t end, mc_side *side,
                             uint32_t *patterns) {
  if (patterns) count_halves((const uint16_t *)what->logits + first, end - first, patterns);
  else count_floats((const float *)what->logits + first, end - first, what->edge, side);
}

void mc_count(const mc_logits *what, ptrdiff_t first_row, ptrdiff_t row_count, mc_side *objects,
              mc_side *background, uint32_t *patterns) {
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
    count_background(what, start, end, background, patterns);
    if (category >= 0) count_some(value(what, end), 1, what->edge, objects);
    start = next;
  }
  count_background(what, start, (first_row + row_count) * columns, background, patterns);
  if (patterns) count_patterns(patterns, what->edge, background);
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
