#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ic_internal.h"

// Each product is rounded before it is added, on every machine: fused multiply-adds would make the
// pixels depend on the processor.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#define IC_HAS_AVX2 1
#define IC_AVX2 __attribute__((target("avx2")))
#else
#define IC_HAS_AVX2 0
#endif
// Inlined into a caller compiled for AVX2, the very same source becomes AVX2 code.
#define IC_KERNEL static inline __attribute__((always_inline))

typedef uint8_t u8x4 __attribute__((vector_size(4)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef int32_t i32x16 __attribute__((vector_size(64)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef float f32x16 __attribute__((vector_size(64)));

enum { lanes = 16, channels = 3 };

// For each place of the target: `taps` weights over the source from `first` on, padded with zeros.
typedef struct filter {
  uint32_t taps;
  uint32_t *first;
  float *weights;
} filter;

static void drop_filter(filter *filter) {
  free(filter->first);
  free(filter->weights);
}

// The triangle filter with half-pixel centres, as Pillow (`precompute_coeffs`) and PyTorch
// (`_upsample_bilinear2d_aa`) define it: support 1 when enlarging, the scale when shrinking.
static bool make_filter(uint32_t source, uint32_t target, filter *result) {
  const double scale = (double)source / target;
  const double support = scale > 1 ? scale : 1;
  double taps = ceil(support) * 2 + 1;
  if (taps > source) taps = source;
  result->taps = (uint32_t)taps;
  result->first = malloc(sizeof *result->first * target);
  result->weights = calloc((size_t)target * result->taps, sizeof *result->weights);
  double *row = malloc(sizeof *row * result->taps);
  if (result->first == NULL || result->weights == NULL || row == NULL) {
    free(row);
    drop_filter(result);
    return false;
  }
  uint32_t widest = 1;
  for (uint32_t place = 0; place < target; place++) {
    const double centre = (place + 0.5) * scale;
    double low = floor(centre - support + 0.5), high = floor(centre + support + 0.5);
    if (low < 0) low = 0;
    if (high > source) high = source;
    const uint32_t first = (uint32_t)low, count = (uint32_t)(high - low);
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
      const double distance = fabs((first + i + 0.5 - centre) / support);
      row[i] = distance < 1 ? 1 - distance : 0;
      sum += row[i];
    }
    float *weights = result->weights + (size_t)place * result->taps;
    for (uint32_t i = 0; i < count; i++) {
      weights[i] = (float)(row[i] / sum);
      if (weights[i] != 0 && i + 1 > widest) widest = i + 1;
    }
    result->first[place] = first;
  }
  free(row);
  // Rows are stored as wide as the widest really is: enlarging takes 2 taps, not 3.
  for (uint32_t place = 0; place < target; place++) {
    memmove(
      result->weights + (size_t)place * widest, result->weights + (size_t)place * result->taps,
      sizeof *result->weights * widest);
  }
  result->taps = widest;
  return true;
}

// Everything one resampling needs. Rows of floats end in zeros up to `taps` pixels past their end,
// since the padded weights of the last places reach there.
typedef struct plan {
  const uint8_t *source;
  uint8_t *target;
  uint32_t source_width, source_height, target_width, target_height;
  filter across, down;
  float *rows;
  size_t row_floats;
} plan;

// Through a pointer, since a vector as result would have another ABI with another instruction set.
IC_KERNEL void widen(const uint8_t *bytes, f32x16 *values) {
  u8x16 loaded;
  memcpy(&loaded, bytes, sizeof loaded);
  *values = __builtin_convertvector(__builtin_convertvector(loaded, i32x16), f32x16);
}

IC_KERNEL void widen_row(const uint8_t *bytes, size_t count, float *row) {
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    f32x16 values;
    widen(bytes + i, &values);
    memcpy(row + i, &values, sizeof values);
  }
  for (; i < count; i++) row[i] = (float)bytes[i];
}

// row[i] = Σₜ weights[t] · bytes[t · stride + i]
IC_KERNEL void sum_byte_rows(
  const uint8_t *bytes, size_t stride, uint32_t taps, const float *weights, size_t count, float *row
) {
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    f32x16 sum = {0};
    for (uint32_t t = 0; t < taps; t++) {
      f32x16 values;
      widen(bytes + t * stride + i, &values);
      sum += weights[t] * values;
    }
    memcpy(row + i, &sum, sizeof sum);
  }
  for (; i < count; i++) {
    float sum = 0;
    for (uint32_t t = 0; t < taps; t++) sum += weights[t] * (float)bytes[t * stride + i];
    row[i] = sum;
  }
}

// The same over rows of floats, which are padded to whole vectors; rounded to bytes.
IC_KERNEL void sum_float_rows(
  const float *const *rows, uint32_t taps, const float *weights, size_t count, uint8_t *bytes
) {
  for (size_t i = 0; i < count; i += lanes) {
    f32x16 sum = {0};
    for (uint32_t t = 0; t < taps; t++) {
      f32x16 values;
      memcpy(&values, rows[t] + i, sizeof values);
      sum += weights[t] * values;
    }
    // Over very many taps the rounding of sums could add up to a level beyond white.
    sum = __builtin_elementwise_min(sum + 0.5f, (f32x16){0} + 255);
    const u8x16 rounded = __builtin_convertvector(__builtin_convertvector(sum, i32x16), u8x16);
    if (i + lanes <= count) {
      memcpy(bytes + i, &rounded, sizeof rounded);
    } else {
      memcpy(bytes + i, &rounded, count - i);
    }
  }
}

// One pixel of a row of floats resampled across; the fourth lane is of no meaning.
IC_KERNEL f32x4 sum_pixels(const filter *filter, uint32_t taps, size_t place, const float *row) {
  const float *weights = filter->weights + place * taps;
  row += (size_t)channels * filter->first[place];
  f32x4 sum = {0};
  for (uint32_t t = 0; t < taps; t++) {
    f32x4 pixel;
    memcpy(&pixel, row + channels * t, sizeof pixel);
    sum += weights[t] * pixel;
  }
  return sum;
}

IC_KERNEL u8x4 rounded_pixel(const filter *filter, uint32_t taps, size_t place, const float *row) {
  f32x4 sum = sum_pixels(filter, taps, place, row);
  sum = __builtin_elementwise_min(sum + 0.5f, (f32x4){0} + 255);
  return __builtin_convertvector(__builtin_convertvector(sum, i32x4), u8x4);
}

IC_KERNEL void across_to_bytes(
  const filter *filter, uint32_t taps, uint32_t width, const float *row, uint8_t *bytes
) {
  // Four bytes at a time, the next pixel overwriting the fourth, and three at the end.
  for (size_t x = 0; x + 1 < width; x++) {
    const u8x4 pixel = rounded_pixel(filter, taps, x, row);
    memcpy(bytes + channels * x, &pixel, sizeof pixel);
  }
  const u8x4 pixel = rounded_pixel(filter, taps, width - 1, row);
  memcpy(bytes + channels * (width - 1), &pixel, channels);
}

IC_KERNEL void across_to_floats(
  const filter *filter, uint32_t taps, uint32_t width, const float *row, float *result
) {
  for (size_t x = 0; x < width; x++) {
    const f32x4 sum = sum_pixels(filter, taps, x, row);
    memcpy(result + channels * x, &sum, sizeof sum);
  }
}

// A constant number of taps lets the compiler unroll; 2 enlarges, 4 shrinks by up to 1.5.
#define IC_WITH_TAPS(filter, call) \
  switch ((filter).taps) { \
  case 1: { const uint32_t taps = 1; call; break; } \
  case 2: { const uint32_t taps = 2; call; break; } \
  case 3: { const uint32_t taps = 3; call; break; } \
  case 4: { const uint32_t taps = 4; call; break; } \
  case 5: { const uint32_t taps = 5; call; break; } \
  default: { const uint32_t taps = (filter).taps; call; } \
  }

// Shrinking: rows are combined first, so that fewer remain to be resampled across.
IC_KERNEL void down_then_across(const plan *plan) {
  const size_t stride = (size_t)plan->source_width * channels;
  for (uint32_t y = 0; y < plan->target_height; y++) {
    const uint32_t first = plan->down.first[y];
    const uint8_t *rows = plan->source + first * stride;
    const float *weights = plan->down.weights + (size_t)y * plan->down.taps;
    uint32_t taps = plan->down.taps;
    if (taps > plan->source_height - first) taps = plan->source_height - first;
    sum_byte_rows(rows, stride, taps, weights, stride, plan->rows);
    uint8_t *target = plan->target + (size_t)y * plan->target_width * channels;
    IC_WITH_TAPS(
      plan->across,
      across_to_bytes(&plan->across, taps, plan->target_width, plan->rows, target))
  }
}

// Enlarging: each row is resampled across once and kept as long as rows below need it, which is
// two at a time.
IC_KERNEL void across_then_down(const plan *plan) {
  const size_t stride = (size_t)plan->source_width * channels;
  const size_t count = (size_t)plan->target_width * channels;
  float *wide = plan->rows + 2 * plan->row_floats;
  uint32_t ready = 0;
  for (uint32_t y = 0; y < plan->target_height; y++) {
    const uint32_t first = plan->down.first[y];
    const uint32_t end = first + 2 < plan->source_height ? first + 2 : plan->source_height;
    for (; ready < end; ready++) {
      float *row = plan->rows + ready % 2 * plan->row_floats;
      widen_row(plan->source + ready * stride, stride, wide);
      IC_WITH_TAPS(
        plan->across, across_to_floats(&plan->across, taps, plan->target_width, wide, row))
    }
    const float *const rows[2] = {
      plan->rows + first % 2 * plan->row_floats, plan->rows + (first + 1) % 2 * plan->row_floats
    };
    const float *weights = plan->down.weights + (size_t)y * plan->down.taps;
    uint8_t *target = plan->target + y * count;
    if (first + 1 < end) {
      sum_float_rows(rows, 2, weights, count, target);
    } else {
      sum_float_rows(rows, 1, weights, count, target);
    }
  }
}

IC_KERNEL void resample(const plan *plan) {
  if (plan->target_height > plan->source_height) {
    across_then_down(plan);
  } else {
    down_then_across(plan);
  }
}

// value · scale + bias. Three vectors hold each channel sixteen times.
IC_KERNEL void normalize(
  const uint8_t *pixels, size_t width, size_t height, const float *scale, const float *bias,
  float *target, size_t row_pixels
) {
  enum { period = channels * lanes };
  float scales[period], biases[period];
  for (int i = 0; i < period; i++) {
    scales[i] = scale[i % channels];
    biases[i] = bias[i % channels];
  }
  for (size_t y = 0; y < height; y++) {
    const uint8_t *bytes = pixels + y * width * channels;
    float *row = target + y * row_pixels * channels;
    size_t i = 0;
    for (; i + period <= width * channels; i += period) {
      for (int v = 0; v < period; v += lanes) {
        f32x16 values, factors, summands;
        widen(bytes + i + v, &values);
        memcpy(&factors, scales + v, sizeof factors);
        memcpy(&summands, biases + v, sizeof summands);
        values = values * factors + summands;
        memcpy(row + i + v, &values, sizeof values);
      }
    }
    for (; i < width * channels; i++) {
      row[i] = (float)bytes[i] * scale[i % channels] + bias[i % channels];
    }
  }
}

// Each row from right to left, five pixels at a time; the sixteenth byte written is of the next.
IC_KERNEL void mirror(const uint8_t *pixels, size_t width, size_t height, uint8_t *target) {
  enum { group = 5 };
  for (size_t y = 0; y < height; y++) {
    const uint8_t *end = pixels + (y + 1) * width * channels;
    uint8_t *row = target + y * width * channels;
    size_t x = 0;
    for (; x + group < width; x += group) {
      u8x16 loaded;
      memcpy(&loaded, end - x * channels - lanes, sizeof loaded);
      loaded = __builtin_shufflevector(
        loaded, loaded, 13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 0);
      memcpy(row + x * channels, &loaded, sizeof loaded);
    }
    for (; x < width; x++) memcpy(row + x * channels, end - (x + 1) * channels, channels);
  }
}

static void mirror_baseline(
  const uint8_t *pixels, size_t width, size_t height, uint8_t *target
) {
  mirror(pixels, width, height, target);
}
static void resample_baseline(const plan *plan) { resample(plan); }
static void normalize_baseline(
  const uint8_t *pixels, size_t width, size_t height, const float *scale, const float *bias,
  float *target, size_t row_pixels
) {
  normalize(pixels, width, height, scale, bias, target, row_pixels);
}

#if IC_HAS_AVX2
IC_AVX2 static void mirror_avx2(
  const uint8_t *pixels, size_t width, size_t height, uint8_t *target
) {
  mirror(pixels, width, height, target);
}
IC_AVX2 static void resample_avx2(const plan *plan) { resample(plan); }
IC_AVX2 static void normalize_avx2(
  const uint8_t *pixels, size_t width, size_t height, const float *scale, const float *bias,
  float *target, size_t row_pixels
) {
  normalize(pixels, width, height, scale, bias, target, row_pixels);
}
static bool has_avx2(void) { return __builtin_cpu_supports("avx2"); }
#else
#define mirror_avx2 mirror_baseline
#define resample_avx2 resample_baseline
#define normalize_avx2 normalize_baseline
static bool has_avx2(void) { return false; }
#endif

static bool resize(
  const uint8_t *source, uint32_t source_width, uint32_t source_height, uint8_t *target,
  uint32_t target_width, uint32_t target_height, bool avx2, ic_error *error
) {
  if (source_width == 0 || source_height == 0 || target_width == 0 || target_height == 0) {
    return ic_fail(error, IC_BAD_ARGUMENT, "a picture without pixels cannot be resized");
  }
  plan plan = {
    .source = source, .target = target, .source_width = source_width,
    .source_height = source_height, .target_width = target_width, .target_height = target_height,
  };
  bool done = make_filter(source_width, target_width, &plan.across);
  if (done && !make_filter(source_height, target_height, &plan.down)) {
    drop_filter(&plan.across);
    done = false;
  }
  if (!done) return ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out while resizing");
  size_t longest = source_width > target_width ? source_width : target_width;
  plan.row_floats = (longest + plan.across.taps + lanes) * channels / lanes * lanes + lanes;
  plan.rows = calloc(plan.row_floats * 3, sizeof *plan.rows);
  done = plan.rows != NULL;
  if (!done) {
    ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out while resizing");
  } else if (avx2) {
    resample_avx2(&plan);
  } else {
    resample_baseline(&plan);
  }
  free(plan.rows);
  drop_filter(&plan.across);
  drop_filter(&plan.down);
  return done;
}

bool ic_resize(
  const uint8_t *source, uint32_t source_width, uint32_t source_height, uint8_t *target,
  uint32_t target_width, uint32_t target_height, ic_error *error
) {
  return resize(
    source, source_width, source_height, target, target_width, target_height, has_avx2(), error);
}

bool ic_resize_baseline(
  const uint8_t *source, uint32_t source_width, uint32_t source_height, uint8_t *target,
  uint32_t target_width, uint32_t target_height, ic_error *error
) {
  return resize(
    source, source_width, source_height, target, target_width, target_height, false, error);
}

void ic_mirror(const uint8_t *pixels, size_t width, size_t height, uint8_t *target) {
  if (has_avx2()) {
    mirror_avx2(pixels, width, height, target);
  } else {
    mirror_baseline(pixels, width, height, target);
  }
}

void ic_normalize(
  const uint8_t *pixels, size_t width, size_t height, const float scale[3], const float bias[3],
  float *target, size_t row_pixels
) {
  if (has_avx2()) {
    normalize_avx2(pixels, width, height, scale, bias, target, row_pixels);
  } else {
    normalize_baseline(pixels, width, height, scale, bias, target, row_pixels);
  }
}
