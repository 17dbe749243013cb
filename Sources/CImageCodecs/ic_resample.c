#include "ic_resample.h"

#include <stdlib.h>

#include "ic_internal.h"
#include "ic_pixels.h"
#include "ic_resample_planes.h"
#include "ic_resample_rows.h"

// A constant number of taps lets the compiler unroll; 2 enlarges, 4 shrinks by up to 1.5.
#define IC_WITH_TAPS(count, call) \
  switch (count) { \
  case 1: { const uint32_t taps = 1; call; break; } \
  case 2: { const uint32_t taps = 2; call; break; } \
  case 3: { const uint32_t taps = 3; call; break; } \
  case 4: { const uint32_t taps = 4; call; break; } \
  case 5: { const uint32_t taps = 5; call; break; } \
  default: { const uint32_t taps = (count); call; } \
  }

// Bytes that are written past the end of a row of bytes, at most.
enum { line_slack = 128 };

// Where the bytes of a target row are made: in the picture itself where a vector past the row's
// end does no harm, since the next row is written later.
IC_KERNEL uint8_t *room_for_row(const ic_resampler *resampler, uint32_t y) {
  const size_t bytes = (size_t)resampler->target_width * channels;
  const size_t rows = resampler->target_height - y;
  const ic_target *target = &resampler->target;
  if (target->bytes != NULL && !target->mirrored && (rows - 1) * bytes >= line_slack) {
    return target->bytes + y * bytes;
  }
  return resampler->lines;
}

IC_KERNEL void deliver(const ic_resampler *resampler, uint32_t y, const uint8_t *line) {
  const size_t width = resampler->target_width;
  const ic_target *target = &resampler->target;
  if (target->mirrored) {
    uint8_t *turned = resampler->lines + resampler->line_bytes;
    mirror_row(line, width, turned);
    line = turned;
  }
  if (target->bytes != NULL && line != target->bytes + y * width * channels) {
    memcpy(target->bytes + y * width * channels, line, width * channels);
  }
  if (target->floats != NULL) {
    float *row = target->floats + y * target->row_pixels * channels;
    normalize_row(line, width * channels, resampler->scales, resampler->biases, row);
  }
}

// Shrinking: rows are combined first, so that fewer remain to be resampled across.
IC_KERNEL void down_then_across(ic_resampler *resampler, bool planes) {
  const size_t stride = resampler->stride;
  const uint32_t end = resampler->first_row + resampler->row_count;
  for (; resampler->next < resampler->target_height; resampler->next++) {
    const uint32_t y = resampler->next, first = resampler->down.first[y];
    uint32_t count = resampler->down.taps;
    if (count > resampler->source_height - first) count = resampler->source_height - first;
    if (first + count > end) return;
    const uint8_t *rows = resampler->window + (first - resampler->first_row) * stride;
    const float *weights = resampler->down.weights + (size_t)y * resampler->down.taps;
    IC_WITH_TAPS(count, sum_byte_rows(rows, stride, taps, weights, stride, resampler->rows))
    uint8_t *line = room_for_row(resampler, y);
    if (planes) {
      IC_WITH_TAPS(
        resampler->across.taps, planes_across(resampler, taps, resampler->rows, line))
    } else {
      IC_WITH_TAPS(
        resampler->across.taps, across_to_bytes(resampler, taps, resampler->rows, line))
    }
    deliver(resampler, y, line);
  }
}

// Enlarging: each row is resampled across once and kept as long as rows below need it, which is
// two at a time.
IC_KERNEL void across_then_down(ic_resampler *resampler) {
  const size_t stride = (size_t)resampler->source_width * channels;
  const size_t count = (size_t)resampler->target_width * channels;
  const uint32_t end = resampler->first_row + resampler->row_count;
  float *wide = resampler->rows + 2 * resampler->row_floats;
  for (; resampler->next < resampler->target_height; resampler->next++) {
    const uint32_t y = resampler->next, first = resampler->down.first[y];
    const uint32_t last =
      first + 1 < resampler->source_height ? first + 1 : resampler->source_height - 1;
    if (last >= end) return;
    for (; resampler->next_across <= last; resampler->next_across++) {
      const uint32_t place = resampler->next_across;
      float *row = resampler->rows + place % 2 * resampler->row_floats;
      widen_row(resampler->window + (place - resampler->first_row) * stride, stride, wide);
      IC_WITH_TAPS(resampler->across.taps, across_to_floats(resampler, taps, wide, row))
    }
    const float *const rows[2] = {
      resampler->rows + first % 2 * resampler->row_floats,
      resampler->rows + (first + 1) % 2 * resampler->row_floats,
    };
    const float *weights = resampler->down.weights + (size_t)y * resampler->down.taps;
    uint8_t *line = room_for_row(resampler, y);
    if (last > first) {
      sum_float_rows(rows, 2, weights, count, line);
    } else {
      sum_float_rows(rows, 1, weights, count, line);
    }
    deliver(resampler, y, line);
  }
}

static bool enlarges(const ic_resampler *resampler) {
  return resampler->target_height > resampler->source_height;
}

IC_KERNEL void resample(ic_resampler *resampler) {
  if (enlarges(resampler)) {
    across_then_down(resampler);
  } else {
    down_then_across(resampler, false);
  }
}

static void resample_baseline(ic_resampler *resampler) { resample(resampler); }
#if IC_X86
IC_AVX2 static void resample_avx2(ic_resampler *resampler) { resample(resampler); }
IC_AVX512 static void resample_avx512(ic_resampler *resampler) {
  if (resampler->has_planes) {
    down_then_across(resampler, true);
  } else {
    resample(resampler);
  }
}
#endif

static void make_ready_rows(ic_resampler *resampler) {
#if IC_X86
  if (resampler->machine == IC_WITH_AVX512) return resample_avx512(resampler);
  if (resampler->machine == IC_WITH_AVX2) return resample_avx2(resampler);
#endif
  resample_baseline(resampler);
}

// The weights in the order in which they are used; past the last place zeros.
static bool spread_weights(ic_resampler *resampler) {
  const ic_filter *across = &resampler->across;
  const size_t places = resampler->has_planes ? lanes : 4, copies = lanes / places;
  const size_t groups = (resampler->target_width + places - 1) / places;
  resampler->group_weights = calloc(groups * across->taps * lanes, sizeof(float));
  if (resampler->group_weights == NULL) return false;
  for (size_t place = 0; place < resampler->target_width; place++) {
    float *group = resampler->group_weights + place / places * across->taps * lanes;
    for (size_t t = 0; t < across->taps; t++) {
      const float weight = across->weights[place * across->taps + t];
      float *copy = group + t * lanes + place % places * copies;
      for (size_t i = 0; i < copies; i++) copy[i] = weight;
    }
  }
  if (!resampler->has_planes) return true;
  resampler->offsets = calloc(groups * lanes, sizeof *resampler->offsets);
  if (resampler->offsets == NULL) return false;
  for (size_t place = 0; place < resampler->target_width; place++) {
    resampler->offsets[place] =
      (int32_t)(across->first[place] - across->first[place / lanes * lanes]);
  }
  return true;
}

static bool take_memory(ic_resampler *resampler) {
  const size_t target_width = resampler->target_width;
  size_t longest = resampler->stride / channels;
  if (target_width > longest) longest = target_width;
  resampler->row_floats =
    (longest + resampler->across.taps + lanes) * channels / lanes * lanes + lanes;
  resampler->rows = calloc(resampler->row_floats * 3, sizeof(float));
  resampler->line_bytes = target_width * channels + line_slack;
  resampler->lines = malloc(resampler->line_bytes * 2);
  if (resampler->rows == NULL || resampler->lines == NULL) return false;
  if (resampler->window != NULL) return true;
  // Twice what a target row needs, so that kept rows are rarely moved, and in the cache.
  enum { batch = 32 };
  const size_t needed = enlarges(resampler) ? 2 : resampler->down.taps;
  size_t capacity = needed * 2 > needed + batch ? needed * 2 : needed + batch;
  if (capacity > resampler->source_height) capacity = resampler->source_height;
  resampler->row_capacity = (uint32_t)capacity;
  resampler->own_window = malloc(capacity * resampler->stride);
  resampler->window = resampler->own_window;
  return resampler->own_window != NULL;
}

bool ic_resampler_open(
  ic_resampler *resampler, uint32_t source_width, uint32_t source_height, uint32_t target_width,
  uint32_t target_height, const ic_target *target, ic_machine machine, ic_error *error
) {
  if (source_width == 0 || source_height == 0 || target_width == 0 || target_height == 0) {
    return ic_fail(error, IC_BAD_ARGUMENT, "a picture without pixels cannot be resized");
  }
  *resampler = (ic_resampler){
    .source_width = source_width, .source_height = source_height, .target_width = target_width,
    .target_height = target_height, .machine = machine, .target = *target,
  };
  for (size_t i = 0; i < channels * lanes; i++) {
    resampler->scales[i] = target->scale[i % channels];
    resampler->biases[i] = target->bias[i % channels];
  }
  // Groups of four pixels reach past the last place.
  if (ic_filter_make(source_width, target_width, (size_t)target_width + 3, &resampler->across)
    && ic_filter_make(source_height, target_height, target_height, &resampler->down)) {
    return true;
  }
  ic_resampler_close(resampler);
  return ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out while resizing");
}

bool ic_resampler_can_take_planes(const ic_resampler *resampler) {
  if (resampler->machine != IC_WITH_AVX512 || enlarges(resampler)) return false;
  // Two vectors hold all that sixteen places need.
  const ic_filter *across = &resampler->across;
  for (size_t place = 0; place < resampler->target_width; place++) {
    const uint32_t start = across->first[place / lanes * lanes];
    if (across->first[place] - start + across->taps > 2 * lanes) return false;
  }
  return true;
}

bool ic_resampler_begin(
  ic_resampler *resampler, const uint8_t *source, bool has_planes, ic_error *error
) {
  const size_t width = resampler->source_width;
  resampler->has_planes = has_planes;
  resampler->plane = (width + 2 * lanes - 1) / (2 * lanes) * (2 * lanes);
  resampler->stride = channels * (has_planes ? resampler->plane : width);
  resampler->window = source;
  resampler->row_count = source == NULL ? 0 : resampler->source_height;
  if (spread_weights(resampler) && take_memory(resampler)) return true;
  return ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out while resizing");
}

void ic_resampler_close(ic_resampler *resampler) {
  free(resampler->own_window);
  free(resampler->lines);
  free(resampler->rows);
  free(resampler->group_weights);
  free(resampler->offsets);
  ic_filter_drop(&resampler->across);
  ic_filter_drop(&resampler->down);
}

uint8_t *ic_resampler_room(ic_resampler *resampler, uint32_t *count) {
  const size_t stride = resampler->stride;
  const uint32_t end = resampler->first_row + resampler->row_count;
  if (resampler->row_count == resampler->row_capacity) {
    uint32_t keep = end;
    if (resampler->next < resampler->target_height) {
      keep = enlarges(resampler) ? resampler->next_across : resampler->down.first[resampler->next];
    }
    if (keep > end) keep = end;
    memmove(
      resampler->own_window, resampler->own_window + (keep - resampler->first_row) * stride,
      (end - keep) * stride);
    resampler->first_row = keep;
    resampler->row_count = end - keep;
  }
  *count = resampler->row_capacity - resampler->row_count;
  return resampler->own_window + resampler->row_count * stride;
}

void ic_resampler_take(ic_resampler *resampler, uint32_t count) {
  resampler->row_count += count;
  make_ready_rows(resampler);
}

bool ic_resample(
  const uint8_t *source, uint32_t source_width, uint32_t source_height, uint32_t target_width,
  uint32_t target_height, const ic_target *target, ic_machine at_most, ic_error *error
) {
  ic_resampler resampler;
  const ic_machine machine = ic_this_machine(at_most);
  if (!ic_resampler_open(
        &resampler, source_width, source_height, target_width, target_height, target, machine,
        error)) {
    return false;
  }
  const bool done = ic_resampler_begin(&resampler, source, false, error);
  if (done) make_ready_rows(&resampler);
  ic_resampler_close(&resampler);
  return done;
}
