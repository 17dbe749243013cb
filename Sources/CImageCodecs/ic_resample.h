#ifndef IC_RESAMPLE_H
#define IC_RESAMPLE_H

#include "CImageCodecs.h"
#include "ic_filter.h"
#include "ic_vectors.h"

/// A resampling that takes the source row by row, so that a decoder's rows never leave the cache.
///
/// Rows are kept as long as target rows to come need them. The bytes depend neither on how many rows
/// come at a time nor on the processor.
typedef struct ic_resampler {
  uint32_t source_width, source_height, target_width, target_height;
  ic_machine machine;
  ic_filter across, down;
  /// Whether source rows are three planes of `plane` bytes each instead of pixels.
  bool has_planes;
  size_t plane, stride;
  /// The weights of `across` as vectors, a tap after another, for groups of places: of pixels four
  /// places, each weight four times; of planes sixteen places.
  float *group_weights;
  /// Of planes: each place's first source place, counted from that of its group's first.
  int32_t *offsets;
  /// Three rows of floats, each with zeros past its end as far as padded weights reach.
  float *rows;
  size_t row_floats;
  /// Source rows `first_row` to `first_row + row_count`, in memory of its own or the caller's.
  const uint8_t *window;
  uint8_t *own_window;
  uint32_t first_row, row_count, row_capacity;
  /// The next target row, and the next source row to be resampled across where rows are enlarged.
  uint32_t next, next_across;
  /// Two rows of bytes with room for a vector past their ends.
  uint8_t *lines;
  size_t line_bytes;
  ic_target target;
  float scales[channels * lanes], biases[channels * lanes];
} ic_resampler;

/// Prepares a resampling; false with `error` filled where memory ran out or a side is 0.
bool ic_resampler_open(
  ic_resampler *resampler, uint32_t source_width, uint32_t source_height, uint32_t target_width,
  uint32_t target_height, const ic_target *target, ic_machine machine, ic_error *error);

/// Whether rows may come as planes, which is faster where a decoder has them as planes.
bool ic_resampler_can_take_planes(const ic_resampler *resampler);

/// Takes memory; `source` is the whole picture, or null where rows come one after another.
bool ic_resampler_begin(
  ic_resampler *resampler, const uint8_t *source, bool has_planes, ic_error *error);
void ic_resampler_close(ic_resampler *resampler);

/// Where the next source rows go, `stride` bytes apart; there is room for `count`, at least one.
uint8_t *ic_resampler_room(ic_resampler *resampler, uint32_t *count);

/// Takes `count` rows that were written there, and makes what target rows can be made.
void ic_resampler_take(ic_resampler *resampler, uint32_t count);

#endif
