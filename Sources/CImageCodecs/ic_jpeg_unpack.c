#include <stdlib.h>
#include <string.h>

#include "ic_jpeg_errors.h"

enum { most_components = 4, most_rows = 4 * DCTSIZE };

// Rows of one component that come at a time; all pictures' go into the same memory.
static void prepare_rows(
  j_decompress_ptr decoder, const jpeg_component_info *component, JSAMPROW *rows
) {
  const JSAMPARRAY memory = decoder->mem->alloc_sarray(
    (j_common_ptr)decoder, JPOOL_IMAGE, component->width_in_blocks * DCTSIZE,
    (JDIMENSION)component->v_samp_factor * DCTSIZE);
  for (int i = 0; i < component->v_samp_factor * DCTSIZE; i++) rows[i] = memory[i];
}

bool ic_jpeg_unpack(const uint8_t *bytes, size_t count, ic_error *error) {
  struct jpeg_decompress_struct decoder;
  ic_jpeg_context context;
  memset(&decoder, 0, sizeof decoder);
  decoder.err = ic_jpeg_prepare(&context, error);
  if (setjmp(context.escape)) {
    jpeg_destroy_decompress(&decoder);
    return false;
  }
  jpeg_create_decompress(&decoder);
  jpeg_mem_src(&decoder, bytes, count);
  jpeg_read_header(&decoder, TRUE);
  decoder.raw_data_out = TRUE;
  decoder.out_color_space = decoder.jpeg_color_space;
  jpeg_start_decompress(&decoder);
  JSAMPROW rows[most_components][most_rows];
  JSAMPARRAY planes[most_components];
  const bool known = decoder.num_components <= most_components;
  for (int i = 0; known && i < decoder.num_components; i++) {
    prepare_rows(&decoder, decoder.comp_info + i, rows[i]);
    planes[i] = rows[i];
  }
  const JDIMENSION step = (JDIMENSION)decoder.max_v_samp_factor * DCTSIZE;
  while (known && decoder.output_scanline < decoder.output_height) {
    jpeg_read_raw_data(&decoder, planes, step);
  }
  jpeg_destroy_decompress(&decoder);
  return known || ic_fail(error, IC_UNSUPPORTED, "a JPEG of more than four colour components");
}
