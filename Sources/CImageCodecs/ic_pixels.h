#ifndef IC_PIXELS_H
#define IC_PIXELS_H

#include "ic_vectors.h"

// What is done to a finished row.

// A row from right to left, five pixels at a time; the sixteenth byte written is of the next.
IC_KERNEL void mirror_row(const uint8_t *row, size_t width, uint8_t *target) {
  enum { group = 5 };
  const uint8_t *end = row + width * channels;
  size_t x = 0;
  for (; x + group < width; x += group) {
    u8x16 loaded;
    memcpy(&loaded, end - x * channels - lanes, sizeof loaded);
    loaded = __builtin_shufflevector(
      loaded, loaded, 13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 0);
    memcpy(target + x * channels, &loaded, sizeof loaded);
  }
  for (; x < width; x++) memcpy(target + x * channels, end - (x + 1) * channels, channels);
}

// value · scale + bias. Three vectors hold each channel sixteen times.
IC_KERNEL void normalize_row(
  const uint8_t *bytes, size_t count, const float *scales, const float *biases, float *row
) {
  enum { period = channels * lanes };
  size_t i = 0;
  for (; i + period <= count; i += period) {
    for (int v = 0; v < period; v += lanes) {
      f32x16 values, factors, summands;
      widen(bytes + i + v, &values);
      memcpy(&factors, scales + v, sizeof factors);
      memcpy(&summands, biases + v, sizeof summands);
      values = values * factors + summands;
      memcpy(row + i + v, &values, sizeof values);
    }
  }
  for (; i < count; i++) row[i] = (float)bytes[i] * scales[i % period] + biases[i % period];
}

#endif
