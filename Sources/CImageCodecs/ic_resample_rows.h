#ifndef IC_RESAMPLE_ROWS_H
#define IC_RESAMPLE_ROWS_H

#include "ic_resample.h"

// The sums over rows of pixels: rows of bytes into one of floats, and a row of floats into fewer or
// more pixels.

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

IC_KERNEL void widen_row(const uint8_t *bytes, size_t count, float *row) {
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    f32x16 values;
    widen(bytes + i, &values);
    memcpy(row + i, &values, sizeof values);
  }
  for (; i < count; i++) row[i] = (float)bytes[i];
}

// To the nearest level. Over very many taps the rounding of sums could add up to one beyond white.
IC_KERNEL void round_to_bytes(const f32x16 *sum, u8x16 *bytes) {
  const f32x16 level = __builtin_elementwise_min(*sum + 0.5f, (f32x16){0} + 255);
  *bytes = __builtin_convertvector(__builtin_convertvector(level, i32x16), u8x16);
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
    u8x16 rounded;
    round_to_bytes(&sum, &rounded);
    memcpy(bytes + i, &rounded, sizeof rounded);
  }
}

// Four pixels of a row of floats resampled across; every fourth lane is of no meaning.
IC_KERNEL void sum_group(
  const ic_resampler *resampler, uint32_t taps, size_t group, const float *row, f32x16 *result
) {
  const float *weights = resampler->group_weights + group * taps * lanes;
  const uint32_t *first = resampler->across.first + 4 * group;
  const float *a = row + (size_t)channels * first[0], *b = row + (size_t)channels * first[1];
  const float *c = row + (size_t)channels * first[2], *d = row + (size_t)channels * first[3];
  f32x16 sum = {0};
  for (uint32_t t = 0; t < taps; t++) {
    f32x4 pixels[4];
    memcpy(&pixels[0], a + channels * t, sizeof *pixels);
    memcpy(&pixels[1], b + channels * t, sizeof *pixels);
    memcpy(&pixels[2], c + channels * t, sizeof *pixels);
    memcpy(&pixels[3], d + channels * t, sizeof *pixels);
    const f32x8 ab = __builtin_shufflevector(pixels[0], pixels[1], 0, 1, 2, 3, 4, 5, 6, 7);
    const f32x8 cd = __builtin_shufflevector(pixels[2], pixels[3], 0, 1, 2, 3, 4, 5, 6, 7);
    const f32x16 values = __builtin_shufflevector(
      ab, cd, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    f32x16 factors;
    memcpy(&factors, weights + lanes * t, sizeof factors);
    sum += factors * values;
  }
  *result = sum;
}

IC_KERNEL void across_to_bytes(
  const ic_resampler *resampler, uint32_t taps, const float *row, uint8_t *bytes
) {
  // Sixteen bytes at a time, of which twelve stay: the next group overwrites the rest.
  const size_t groups = (resampler->target_width + 3) / 4;
  for (size_t group = 0; group < groups; group++) {
    f32x16 sum;
    u8x16 pixels;
    sum_group(resampler, taps, group, row, &sum);
    round_to_bytes(&sum, &pixels);
    pixels = __builtin_shufflevector(
      pixels, pixels, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
    memcpy(bytes + 4 * channels * group, &pixels, sizeof pixels);
  }
}

IC_KERNEL void across_to_floats(
  const ic_resampler *resampler, uint32_t taps, const float *row, float *result
) {
  const size_t groups = (resampler->target_width + 3) / 4;
  for (size_t group = 0; group < groups; group++) {
    f32x16 sum;
    sum_group(resampler, taps, group, row, &sum);
    for (size_t i = 0; i < 4; i++) {
      f32x4 pixel;
      memcpy(&pixel, (const float *)&sum + 4 * i, sizeof pixel);
      memcpy(result + channels * (4 * group + i), &pixel, sizeof pixel);
    }
  }
}

#endif
