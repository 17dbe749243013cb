#include <stdlib.h>
#include <string.h>

#include "ic_jpeg_errors.h"

bool ic_jpeg_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, int quality, ic_bytes *result,
  ic_error *error
) {
  if (width == 0 || height == 0 || width > JPEG_MAX_DIMENSION || height > JPEG_MAX_DIMENSION) {
    return ic_fail(
      error, IC_BAD_ARGUMENT, "%u x %u pixels; a JPEG has sides of 1 to %ld", width, height,
      (long)JPEG_MAX_DIMENSION);
  }
  struct jpeg_compress_struct encoder;
  ic_jpeg_context context;
  // Not in automatic variables that longjmp could leave stale: libjpeg writes through the pointers.
  struct { unsigned char *data; unsigned long count; } *volatile output = calloc(1, sizeof *output);
  if (output == NULL) return ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out");
  memset(&encoder, 0, sizeof encoder);
  encoder.err = ic_jpeg_prepare(&context, error);
  if (setjmp(context.escape)) {
    jpeg_destroy_compress(&encoder);
    free(output->data);
    free(output);
    return false;
  }
  jpeg_create_compress(&encoder);
  jpeg_mem_dest(&encoder, &output->data, &output->count);
  encoder.image_width = width;
  encoder.image_height = height;
  encoder.input_components = 3;
  encoder.in_color_space = JCS_RGB;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, quality, TRUE);
  jpeg_start_compress(&encoder, TRUE);
  while (encoder.next_scanline < height) {
    // libjpeg takes rows without const but only reads them.
    JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels + (size_t)encoder.next_scanline * width * 3);
    jpeg_write_scanlines(&encoder, &row, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
  result->data = output->data;
  result->count = output->count;
  free(output);
  return true;
}
