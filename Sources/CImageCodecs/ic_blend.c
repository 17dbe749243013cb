#include <string.h>

#include "CImageCodecs.h"

enum { channels = 3 };

void ic_blend(uint8_t *target, const uint8_t *source, size_t count, uint32_t share) {
  const uint32_t rest = 256 - share;
  for (size_t i = 0; i < count; i++) {
    target[i] = (uint8_t)((target[i] * share + source[i] * rest + 128) >> 8);
  }
}

// 256 times the opacity at `place` of `count` places: the first of n ramp pixels has 1 / (n + 1).
static uint32_t opacity(size_t place, size_t count, size_t before, size_t after) {
  uint32_t value = 256;
  if (place < before) value = (uint32_t)(256 * (place + 1) / (before + 1));
  const size_t left = count - place;
  if (left <= after) {
    const uint32_t other = (uint32_t)(256 * left / (after + 1));
    if (other < value) value = other;
  }
  return value;
}

void ic_paste(
  const uint8_t *source, size_t width, size_t height, ic_ramps ramps, uint8_t *target,
  size_t target_width
) {
  for (size_t y = 0; y < height; y++) {
    const uint32_t row_opacity = opacity(y, height, ramps.top, ramps.bottom);
    const uint8_t *from = source + y * width * channels;
    uint8_t *to = target + y * target_width * channels;
    for (size_t x = 0; x < width; x++) {
      const uint32_t share = row_opacity * opacity(x, width, ramps.left, ramps.right);
      for (int channel = 0; channel < channels; channel++) {
        const size_t i = x * channels + (size_t)channel;
        to[i] = (uint8_t)((from[i] * share + to[i] * (65536 - share) + 32768) >> 16);
      }
    }
  }
}
