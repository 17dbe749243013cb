#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#include "ic_internal.h"

// A sound progressive file has about ten scans; each costs a walk over the whole picture, so a
// small file with thousands of empty ones could keep a core busy for hours.
enum { maximum_scans = 100 };

// What libjpeg's callbacks need to find their way back to the caller.
typedef struct jpeg_context {
  struct jpeg_error_mgr manager;  // first: libjpeg hands back a pointer to it
  jmp_buf escape;
  ic_error *error;
  bool ended_early;
  const uint8_t *bytes, *end;  // the file, once its picture data is being read
} jpeg_context;

static void fail(j_common_ptr codec) {
  jpeg_context *context = (jpeg_context *)codec->err;
  char text[JMSG_LENGTH_MAX];
  context->manager.format_message(codec, text);
  switch (context->manager.msg_code) {
  case JWRN_EXTRANEOUS_DATA:
    ic_fail(
      context->error, IC_DAMAGED, "%d bytes of picture data are left over at the end of the JPEG",
      context->manager.msg_parm.i[0]);
    break;
  case JERR_OUT_OF_MEMORY:
    ic_fail(context->error, IC_OUT_OF_MEMORY, "memory ran out while decoding or encoding a JPEG");
    break;
  case JERR_BAD_PRECISION:
  case JERR_SOF_UNSUPPORTED:
  case JERR_CONVERSION_NOTIMPL:
  case JERR_ARITH_NOTIMPL:
  case JERR_COMPONENT_COUNT:
    ic_fail(context->error, IC_UNSUPPORTED, "a kind of JPEG that is not read (%s)", text);
    break;
  default:
    ic_fail(
      context->error, IC_DAMAGED, context->ended_early ? "the JPEG ends too early (%s)" : "%s",
      text);
  }
  longjmp(context->escape, 1);
}

// Whether the bytes that libjpeg has just skipped on its way to a marker are more than padding.
// A decoder that a flipped bit has thrown off its track often leaves data over: it is the one sign
// of such damage. Some writers pad with a constant, which harms nothing.
static bool skipped_picture_data(const jpeg_context *context, j_decompress_ptr decoder) {
  enum { harmless = 16 };
  if (context->bytes == NULL) return false;
  const uint8_t *end = decoder->src->next_input_byte;
  // Past its end libjpeg reads an end marker of its own, elsewhere in memory.
  if ((uintptr_t)end < (uintptr_t)context->bytes || (uintptr_t)end > (uintptr_t)context->end) {
    end = context->end;
  }
  size_t skipped = (size_t)context->manager.msg_parm.i[0];
  if (skipped > (size_t)(end - context->bytes)) skipped = (size_t)(end - context->bytes);
  if (skipped <= harmless) return false;
  for (size_t i = 2; i <= skipped; i++) {
    if (end[-(ptrdiff_t)i] != end[-1]) return true;
  }
  return false;
}

// libjpeg fills up what is missing and goes on with a warning. Pixels that are not in the file must
// not pass for the picture, so warnings about the picture data end the decoding; others do not.
static void hear(j_common_ptr codec, int level) {
  if (level >= 0) return;
  jpeg_context *context = (jpeg_context *)codec->err;
  context->manager.num_warnings++;
  switch (context->manager.msg_code) {
  case JWRN_JPEG_EOF:
    context->ended_early = true;
    break;
  case JWRN_HIT_MARKER:
  case JWRN_HUFF_BAD_CODE:
  case JWRN_MUST_RESYNC:
    fail(codec);
    break;
  case JWRN_EXTRANEOUS_DATA:
    if (codec->is_decompressor && skipped_picture_data(context, (j_decompress_ptr)codec)) {
      fail(codec);
    }
    break;
  default:
    break;
  }
}

static void stay_silent(j_common_ptr codec) { (void)codec; }

static void count_scans(j_common_ptr codec) {
  if (!codec->is_decompressor) return;
  if (((j_decompress_ptr)codec)->input_scan_number <= maximum_scans) return;
  jpeg_context *context = (jpeg_context *)codec->err;
  ic_fail(context->error, IC_DAMAGED, "the JPEG has more than %d scans", maximum_scans);
  longjmp(context->escape, 1);
}

static struct jpeg_error_mgr *prepare(jpeg_context *context, ic_error *error) {
  struct jpeg_error_mgr *manager = jpeg_std_error(&context->manager);
  manager->error_exit = fail;
  manager->emit_message = hear;
  manager->output_message = stay_silent;
  context->error = error;
  context->ended_early = false;
  context->bytes = context->end = NULL;
  return manager;
}

static uint32_t saved_orientation(const struct jpeg_decompress_struct *decoder) {
  for (jpeg_saved_marker_ptr marker = decoder->marker_list; marker; marker = marker->next) {
    if (marker->data_length > 6 && memcmp(marker->data, "Exif\0\0", 6) == 0) {
      return ic_exif_orientation(marker->data + 6, marker->data_length - 6);
    }
  }
  return 1;
}

bool ic_jpeg_header(const uint8_t *bytes, size_t count, ic_header *header, ic_error *error) {
  struct jpeg_decompress_struct decoder;
  jpeg_context context;
  memset(&decoder, 0, sizeof decoder);
  decoder.err = prepare(&context, error);
  if (setjmp(context.escape)) {
    jpeg_destroy_decompress(&decoder);
    return false;
  }
  jpeg_create_decompress(&decoder);
  jpeg_mem_src(&decoder, bytes, count);
  jpeg_save_markers(&decoder, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&decoder, TRUE);
  header->width = decoder.image_width;
  header->height = decoder.image_height;
  header->orientation = saved_orientation(&decoder);
  // Several scans are gathered as coefficients of two bytes before the first pixel is made.
  header->working_bytes =
    jpeg_has_multiple_scans(&decoder) ? 2 * (uint32_t)decoder.num_components : 0;
  jpeg_destroy_decompress(&decoder);
  return true;
}

// a * b / 255, rounded, for bytes.
static inline uint32_t multiply_unit(uint32_t a, uint32_t b) {
  uint32_t product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

// Four inks in `inks` to RGB. JPEG files hold them inverted by Adobe's convention (255 is no ink);
// the conversion is Pillow's, so that its users see the colours they know.
static void convert_inks(const uint8_t *inks, size_t width, uint8_t *row) {
  for (size_t x = 0; x < width; x++) {
    uint32_t light = inks[4 * x + 3];
    for (int channel = 0; channel < 3; channel++) {
      row[3 * x + channel] =
        (uint8_t)(light - multiply_unit(255u - inks[4 * x + channel], light));
    }
  }
}

static bool refuse_colours(int components, ic_error *error) {
  return ic_fail(
    error, IC_UNSUPPORTED, "a JPEG of %d colour components; 1, 3 and 4 are read", components);
}

static void read_rows(struct jpeg_decompress_struct *decoder, uint8_t *pixels) {
  enum { rows_at_once = 16 };
  const size_t row_bytes = (size_t)decoder->output_width * 3;
  while (decoder->output_scanline < decoder->output_height) {
    JSAMPROW rows[rows_at_once];
    uint32_t first = decoder->output_scanline;
    uint32_t count = decoder->output_height - first;
    if (count > rows_at_once) count = rows_at_once;
    for (uint32_t i = 0; i < count; i++) rows[i] = pixels + (first + i) * row_bytes;
    jpeg_read_scanlines(decoder, rows, count);
  }
}

static void read_ink_rows(struct jpeg_decompress_struct *decoder, uint8_t *pixels) {
  const size_t width = decoder->output_width;
  JSAMPARRAY inks = decoder->mem->alloc_sarray(
    (j_common_ptr)decoder, JPOOL_IMAGE, decoder->output_width * 4, 1);
  while (decoder->output_scanline < decoder->output_height) {
    uint8_t *row = pixels + (size_t)decoder->output_scanline * width * 3;
    jpeg_read_scanlines(decoder, inks, 1);
    convert_inks(inks[0], width, row);
  }
}

bool ic_jpeg_decode(
  const uint8_t *bytes, size_t count, uint32_t denominator, uint32_t width, uint32_t height,
  uint8_t *pixels, ic_error *error
) {
  struct jpeg_decompress_struct decoder;
  struct jpeg_progress_mgr progress = {0};
  jpeg_context context;
  memset(&decoder, 0, sizeof decoder);
  decoder.err = prepare(&context, error);
  if (setjmp(context.escape)) {
    jpeg_destroy_decompress(&decoder);
    return false;
  }
  jpeg_create_decompress(&decoder);
  progress.progress_monitor = count_scans;
  decoder.progress = &progress;
  jpeg_mem_src(&decoder, bytes, count);
  jpeg_read_header(&decoder, TRUE);

  bool inks = decoder.num_components == 4;
  bool known = decoder.num_components == 1 || decoder.num_components == 3 || inks;
  decoder.out_color_space = inks ? JCS_CMYK : JCS_RGB;
  decoder.scale_num = 1;
  decoder.scale_denom = denominator;
  jpeg_calc_output_dimensions(&decoder);
  bool done = false;
  if (!known) {
    refuse_colours(decoder.num_components, error);
  } else if (decoder.output_width != width || decoder.output_height != height) {
    ic_fail(
      error, IC_BAD_ARGUMENT, "room for %u x %u pixels, but the JPEG has %u x %u", width, height,
      decoder.output_width, decoder.output_height);
  } else {
    context.bytes = bytes;
    context.end = bytes + count;
    const bool several_scans = jpeg_has_multiple_scans(&decoder);
    jpeg_start_decompress(&decoder);
    if (inks) {
      read_ink_rows(&decoder, pixels);
    } else {
      read_rows(&decoder, pixels);
    }
    jpeg_finish_decompress(&decoder);  // reads on to the end marker
    // A missing end marker is harmless after the one scan of a sequential file, but not where more
    // scans may be missing. Of arithmetic coding the header does not give the warnings' codes.
    done = !(context.ended_early && several_scans)
      && !(context.manager.num_warnings > 0 && decoder.arith_code);
    if (!done) ic_fail(error, IC_DAMAGED, "the JPEG ends before its last scan");
  }
  jpeg_destroy_decompress(&decoder);
  return done;
}

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
  jpeg_context context;
  // Not in automatic variables that longjmp could leave stale: libjpeg writes through the pointers.
  struct { unsigned char *data; unsigned long count; } *volatile output = calloc(1, sizeof *output);
  if (output == NULL) return ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out");
  memset(&encoder, 0, sizeof encoder);
  encoder.err = prepare(&context, error);
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
