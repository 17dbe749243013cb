#include "ic_planes.h"

#include <stdlib.h>

#include "ic_colours.h"

enum { kept = 2 };

bool ic_planes_open(ic_planes *planes, uint32_t width, uint32_t height) {
  *planes = (ic_planes){
    .width = width, .height = height, .colour_width = (width + 1) / 2,
    .colour_height = (height + 1) / 2,
    // Whole blocks, and whole vectors of the conversion.
    .stride = ((size_t)width + 63) / 64 * 64, .colour_stride = ((size_t)width / 2 + 64) / 64 * 64,
  };
  const size_t light = planes->stride * ic_planes_rows * kept;
  const size_t colour = planes->colour_stride * ic_planes_colour_rows * kept;
  const size_t wide = 2 * planes->colour_stride + 64;
  // Zeros, since vectors reach past the end of what is written.
  planes->memory = calloc(1, light + 2 * colour + 3 * wide * sizeof(uint16_t));
  if (planes->memory == NULL) return false;
  planes->y = planes->memory;
  planes->cb = planes->y + light;
  planes->cr = planes->cb + colour;
  planes->sums = (uint16_t *)(void *)(planes->cr + colour);
  planes->wide_cb = (int16_t *)(planes->sums + wide);
  planes->wide_cr = planes->wide_cb + wide;
  return true;
}

void ic_planes_close(ic_planes *planes) {
  free(planes->memory);
  planes->memory = NULL;
}

static uint8_t *light_row(const ic_planes *planes, uint32_t row) {
  return planes->y + row % (ic_planes_rows * kept) * planes->stride;
}

static uint8_t *colour_row(const ic_planes *planes, uint8_t *plane, uint32_t row) {
  return plane + row % (ic_planes_colour_rows * kept) * planes->colour_stride;
}

void ic_planes_room(const ic_planes *planes, uint8_t **y, uint8_t **cb, uint8_t **cr) {
  for (uint32_t i = 0; i < ic_planes_rows; i++) y[i] = light_row(planes, planes->rows + i);
  for (uint32_t i = 0; i < ic_planes_colour_rows; i++) {
    cb[i] = colour_row(planes, planes->cb, planes->colour_rows + i);
    cr[i] = colour_row(planes, planes->cr, planes->colour_rows + i);
  }
}

#if IC_X86

// The row of pixels `y` in three planes. Its colours are three parts of the nearest row and one of
// the next nearest, which at the top and at the bottom is the same.
IC_AVX512 static void make_row(const ic_planes *planes, uint32_t y, size_t plane, uint8_t *row) {
  const uint32_t near = y / 2;
  uint32_t far = y % 2 == 0 ? (near > 0 ? near - 1 : 0) : near + 1;
  if (far >= planes->colour_height) far = planes->colour_height - 1;
  widen_colours(
    colour_row(planes, planes->cb, near), colour_row(planes, planes->cb, far),
    planes->colour_width, planes->sums, planes->wide_cb);
  widen_colours(
    colour_row(planes, planes->cr, near), colour_row(planes, planes->cr, far),
    planes->colour_width, planes->sums, planes->wide_cr);
  convert_colours(
    light_row(planes, y), planes->wide_cb, planes->wide_cr, planes->width, row, row + plane,
    row + 2 * plane);
}

void ic_planes_take(ic_planes *planes, ic_resampler *resampler) {
  planes->rows += ic_planes_rows;
  planes->colour_rows += ic_planes_colour_rows;
  // The last row so far waits for the colours below it, unless it is the picture's last.
  uint32_t end = planes->rows < planes->height ? planes->rows - 1 : planes->height;
  while (planes->next < end) {
    uint32_t room, count = end - planes->next;
    uint8_t *row = ic_resampler_room(resampler, &room);
    if (count > room) count = room;
    for (uint32_t i = 0; i < count; i++, row += resampler->stride) {
      make_row(planes, planes->next++, resampler->plane, row);
    }
    ic_resampler_take(resampler, count);
  }
}

#else
void ic_planes_take(ic_planes *planes, ic_resampler *resampler) {
  (void)planes, (void)resampler;
}
#endif
