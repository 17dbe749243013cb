#include <math.h>
#include <string.h>

#include "CImageCodecs.h"

enum { channels = 3 };

// Places in the source are whole numbers of 2⁻³² pixels, so that a row of them has no rounding but
// that of its start and its step; the weights of the four neighbours are of 8 bits.
static int64_t fixed(double value) { return (int64_t)llround(value * 4294967296.0); }

static const uint8_t *pixel(
  const uint8_t *source, int64_t width, int64_t height, int64_t x, int64_t y, const uint8_t *fill
) {
  const int inside = x >= 0 && y >= 0 && x < width && y < height;
  return inside ? source + (y * width + x) * channels : fill;
}

static void mix(
  const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d, uint32_t across,
  uint32_t down, uint8_t *result
) {
  for (int channel = 0; channel < channels; channel++) {
    const uint32_t above = a[channel] * (256 - across) + b[channel] * across;
    const uint32_t below = c[channel] * (256 - across) + d[channel] * across;
    result[channel] = (uint8_t)((above * (256 - down) + below * down + 32768) >> 16);
  }
}

void ic_rotate(
  const uint8_t *source, size_t width, size_t height, double cosine, double sine,
  const uint8_t fill[3], uint8_t *target
) {
  const int64_t columns = (int64_t)width, rows = (int64_t)height;
  const double middle_x = (double)width / 2, middle_y = (double)height / 2;
  const int64_t step_x = fixed(cosine), step_y = fixed(-sine);
  const size_t stride = width * channels;
  for (size_t y = 0; y < height; y++) {
    const double across = 0.5 - middle_x, down = (double)y + 0.5 - middle_y;
    // The way back; minus a half, as neighbours lie at the centres of pixels.
    int64_t from_x = fixed(cosine * across + sine * down + middle_x - 0.5);
    int64_t from_y = fixed(-sine * across + cosine * down + middle_y - 0.5);
    uint8_t *row = target + y * stride;
    for (size_t x = 0; x < width; x++, from_x += step_x, from_y += step_y) {
      const int64_t left = from_x >> 32, top = from_y >> 32;
      const uint32_t part_x = (uint32_t)(from_x >> 24) & 255;
      const uint32_t part_y = (uint32_t)(from_y >> 24) & 255;
      if (left >= 0 && top >= 0 && left + 1 < columns && top + 1 < rows) {
        const uint8_t *first = source + ((size_t)top * width + (size_t)left) * channels;
        mix(
          first, first + channels, first + stride, first + stride + channels, part_x, part_y,
          row + x * channels);
      } else if (left < -1 || top < -1 || left >= columns || top >= rows) {
        memcpy(row + x * channels, fill, channels);
      } else {
        mix(
          pixel(source, columns, rows, left, top, fill),
          pixel(source, columns, rows, left + 1, top, fill),
          pixel(source, columns, rows, left, top + 1, fill),
          pixel(source, columns, rows, left + 1, top + 1, fill), part_x, part_y,
          row + x * channels);
      }
    }
  }
}
