#include <stdlib.h>
#include <string.h>

#include "ic_jpeg_errors.h"
#include "ic_planes.h"
#include "ic_resample.h"

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
  ic_jpeg_context context;
  memset(&decoder, 0, sizeof decoder);
  decoder.err = ic_jpeg_prepare(&context, error);
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

// Where decoded rows go: into the whole picture, or through a resampling.
typedef struct row_target {
  uint8_t *pixels;
  ic_resampler *resampler;
  ic_planes *planes;
} row_target;

static uint8_t *room_for_rows(
  const row_target *target, const struct jpeg_decompress_struct *decoder, uint32_t *count
) {
  if (target->resampler != NULL) return ic_resampler_room(target->resampler, count);
  *count = decoder->output_height - decoder->output_scanline;
  return target->pixels + (size_t)decoder->output_scanline * decoder->output_width * 3;
}

static void take_rows(const row_target *target, uint32_t count) {
  if (target->resampler != NULL) ic_resampler_take(target->resampler, count);
}

static void read_rows(struct jpeg_decompress_struct *decoder, const row_target *target) {
  enum { rows_at_once = 16 };
  const size_t row_bytes = (size_t)decoder->output_width * 3;
  while (decoder->output_scanline < decoder->output_height) {
    JSAMPROW rows[rows_at_once];
    uint32_t room;
    uint8_t *start = room_for_rows(target, decoder, &room);
    if (room > rows_at_once) room = rows_at_once;
    uint32_t count = 0;
    // One call gives as many rows as one row of blocks has left, often two.
    while (count < room && decoder->output_scanline < decoder->output_height) {
      for (uint32_t i = count; i < room; i++) rows[i - count] = start + i * row_bytes;
      count += jpeg_read_scanlines(decoder, rows, room - count);
    }
    take_rows(target, count);
  }
}

static void read_ink_rows(struct jpeg_decompress_struct *decoder, const row_target *target) {
  JSAMPARRAY inks = decoder->mem->alloc_sarray(
    (j_common_ptr)decoder, JPOOL_IMAGE, decoder->output_width * 4, 1);
  while (decoder->output_scanline < decoder->output_height) {
    uint32_t room;
    uint8_t *row = room_for_rows(target, decoder, &room);
    jpeg_read_scanlines(decoder, inks, 1);
    convert_inks(inks[0], decoder->output_width, row);
    take_rows(target, 1);
  }
}

// Whether pixels are made of planes as ic_planes.h makes them: colours at half the size both ways,
// which is what most cameras and programs write.
static bool has_halved_colours(const struct jpeg_decompress_struct *decoder) {
#ifdef LIBJPEG_TURBO_VERSION
  // A narrower picture's colours are widened otherwise.
  enum { narrowest = 16 };
  if (decoder->jpeg_color_space != JCS_YCbCr || decoder->num_components != 3) return false;
  if (decoder->scale_denom != 1 || decoder->image_width < narrowest) return false;
  for (int i = 0; i < 3; i++) {
    const jpeg_component_info *component = decoder->comp_info + i;
    const int factor = i == 0 ? 2 : 1;
    if (component->h_samp_factor != factor || component->v_samp_factor != factor) return false;
  }
  return true;
#else
  (void)decoder;
  return false;
#endif
}

static void read_planes(struct jpeg_decompress_struct *decoder, const row_target *target) {
  while (decoder->output_scanline < decoder->output_height) {
    JSAMPROW y[ic_planes_rows], cb[ic_planes_colour_rows], cr[ic_planes_colour_rows];
    JSAMPARRAY planes[3] = {y, cb, cr};
    ic_planes_room(target->planes, y, cb, cr);
    jpeg_read_raw_data(decoder, planes, ic_planes_rows);
    ic_planes_take(target->planes, target->resampler);
  }
}

// Decides on the way of the rows and takes the memory that it needs.
static bool prepare_target(
  const row_target *target, struct jpeg_decompress_struct *decoder, ic_error *error
) {
  if (target->resampler == NULL) return true;
  const bool planes =
    has_halved_colours(decoder) && ic_resampler_can_take_planes(target->resampler);
  decoder->raw_data_out = planes;
  if (!ic_resampler_begin(target->resampler, NULL, planes, error)) return false;
  if (!planes || ic_planes_open(target->planes, decoder->output_width, decoder->output_height)) {
    return true;
  }
  return ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out while decoding a JPEG");
}

static bool decode(
  const uint8_t *bytes, size_t count, uint32_t denominator, uint32_t width, uint32_t height,
  const row_target *target, ic_error *error
) {
  struct jpeg_decompress_struct decoder;
  struct jpeg_progress_mgr progress = {0};
  ic_jpeg_context context;
  memset(&decoder, 0, sizeof decoder);
  decoder.err = ic_jpeg_prepare(&context, error);
  if (setjmp(context.escape)) {
    jpeg_destroy_decompress(&decoder);
    return false;
  }
  jpeg_create_decompress(&decoder);
  progress.progress_monitor = ic_jpeg_count_scans;
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
  } else if (prepare_target(target, &decoder, error)) {
    context.bytes = bytes;
    context.end = bytes + count;
    const bool several_scans = jpeg_has_multiple_scans(&decoder);
    jpeg_start_decompress(&decoder);
    if (decoder.raw_data_out) {
      read_planes(&decoder, target);
    } else if (inks) {
      read_ink_rows(&decoder, target);
    } else {
      read_rows(&decoder, target);
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

bool ic_jpeg_decode(
  const uint8_t *bytes, size_t count, uint32_t denominator, uint32_t width, uint32_t height,
  uint8_t *pixels, ic_error *error
) {
  const row_target target = {.pixels = pixels};
  return decode(bytes, count, denominator, width, height, &target, error);
}

bool ic_jpeg_resample(
  const uint8_t *bytes, size_t count, uint32_t denominator, uint32_t width, uint32_t height,
  uint32_t target_width, uint32_t target_height, const ic_target *target, ic_machine at_most,
  ic_error *error
) {
  ic_resampler resampler;
  if (!ic_resampler_open(
        &resampler, width, height, target_width, target_height, target, ic_this_machine(at_most),
        error)) {
    return false;
  }
  ic_planes planes = {0};
  const row_target rows = {.resampler = &resampler, .planes = &planes};
  const bool done = decode(bytes, count, denominator, width, height, &rows, error);
  ic_planes_close(&planes);
  ic_resampler_close(&resampler);
  return done;
}
