// How often each margin occurs among logits: one pass, no tensor, no thread, no allocation.
//
// The margin is the logit seen from the side of the truth: x for an object's own category, -x for everything else.
// Bins are 1/256 wide and an edge lies where the caller says, so that what is below it and what is not are told apart
// exactly. Nothing but integers is added, so sums are the same in any order.
#ifndef C_MARGIN_COUNTS_H
#define C_MARGIN_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

enum {
  // Bins on each side of the edge: 40 units.
  mc_half_bins = 40 * 256,
  mc_bins = 2 * mc_half_bins,
  // A place is a margin above the edge in units of 2^-20; so many are in a bin.
  mc_places_per_bin_log2 = 12,
  // An entry of a table: the number of its margins above this bit, below it the sum of their places in the bin.
  mc_count_bit = 36,
  // The most logits that one table may take: what sums of places have room for.
  mc_most_logits = 1 << 24,
  // Counters of bfloat16's patterns: four tables of them, for neighbours of one value.
  mc_patterns = 4 << 16,
};

// Margins beyond the bins: how many, and the sum of their places, each at most 2^38 (2^18 units).
typedef struct {
  int64_t count;
  int64_t places;
} mc_beyond;

// One side: objects or background. All zeros at first.
typedef struct {
  // Two tables of mc_bins entries each, one after the other: neighbours that fall into one bin need not wait for
  // each other. Their sum counts.
  uint64_t *bins;
  mc_beyond below, above;
  int64_t not_finite;
} mc_side;

// What is counted: logits [rows, columns], row by row.
typedef struct {
  const void *logits;
  // Whether each is the upper half of a float.
  int is_bfloat16;
  ptrdiff_t rows, columns;
  // Of each row the category that it is to find, below columns - first_column; -1 background, -2 ignored.
  const int32_t *classes;
  // The column of category 0; those before it are background's in every row.
  ptrdiff_t first_column;
  // Where one bin ends and the next begins; a margin of exactly this is in the upper one.
  float edge;
} mc_logits;

// Counts the logits of some rows, first_row + [0, row_count) of them, at most mc_most_logits into one pair of sides.
// For bfloat16 it takes mc_patterns counters, all zeros; else null.
void mc_count(const mc_logits *what, ptrdiff_t first_row, ptrdiff_t row_count, mc_side *objects,
              mc_side *background, uint32_t *_Nullable patterns);

// Reads bytes and does as little with them as can be: the least time that a pass over them takes.
uint64_t mc_read(const void *bytes, ptrdiff_t count);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif

#endif
