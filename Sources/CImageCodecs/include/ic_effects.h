// What augmentation does to pictures in memory. Included by CImageCodecs.h.
//
// RGB, 8 bits a channel, rows without gaps. Sums are in a fixed order and without contraction, so
// every machine gives the same bytes.

#ifndef IC_EFFECTS_H
#define IC_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Blurs with a separable filter: `weights[0]` is of the pixel itself, `weights[radius]` of the
/// farthest on either side; the border's pixels go on beyond it. False if memory runs out.
bool ic_blur(
  const uint8_t *source, size_t width, size_t height, const float *weights, size_t radius,
  uint8_t *target);

/// Turns a picture about its middle, by the angle of which cosine and sine are given: clockwise, as
/// y grows downwards. Bilinear; what comes from outside has the colour `fill`.
void ic_rotate(
  const uint8_t *source, size_t width, size_t height, double cosine, double sine,
  const uint8_t fill[3], uint8_t *target);

/// `target` becomes (share · target + (256 − share) · source) / 256, rounded.
void ic_blend(uint8_t *target, const uint8_t *source, size_t count, uint32_t share);

/// Opacities of the four sides' outermost pixels rise over so many pixels towards the middle.
typedef struct ic_ramps {
  size_t left, top, right, bottom;
} ic_ramps;

/// Lays `source` over rows of `target_width` pixels, its upper left corner at `target`.
void ic_paste(
  const uint8_t *source, size_t width, size_t height, ic_ramps ramps, uint8_t *target,
  size_t target_width);

#ifdef __cplusplus
}
#endif

#endif
