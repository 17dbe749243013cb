#ifndef IC_PLANES_H
#define IC_PLANES_H

#include "ic_resample.h"

/// Rows of Y and of Cb and Cr at half the size, as a JPEG decoder has them before it makes pixels,
/// on their way into a resampling by planes.
///
/// A row of pixels needs the colours above and below it, so that each batch of rows waits for the
/// first of the next: two batches are kept.
typedef struct ic_planes {
  uint32_t width, height, colour_width, colour_height;
  /// Rows of Y and of colours taken so far, with those past the bottom, and the next row of pixels.
  uint32_t rows, colour_rows, next;
  size_t stride, colour_stride;
  uint8_t *memory, *y, *cb, *cr;
  uint16_t *sums;
  int16_t *wide_cb, *wide_cr;
} ic_planes;

enum { ic_planes_rows = 16, ic_planes_colour_rows = 8 };

/// Takes memory for a picture's planes; false where there is none.
bool ic_planes_open(ic_planes *planes, uint32_t width, uint32_t height);
void ic_planes_close(ic_planes *planes);

/// Where the next 16 rows of Y and 8 of each colour go; they have room for whole blocks.
void ic_planes_room(const ic_planes *planes, uint8_t **y, uint8_t **cb, uint8_t **cr);

/// Takes rows that were written there, and hands on the pixels that can be made.
void ic_planes_take(ic_planes *planes, ic_resampler *resampler);

#endif
