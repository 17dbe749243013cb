#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ic_internal.h"

typedef struct png_context {
  ic_error *error;
  const uint8_t *bytes;
  size_t count;
  size_t position;
  char warning[96];
  bool out_of_memory;
} png_context;

static void fail(png_structp codec, png_const_charp text) {
  png_context *context = png_get_error_ptr(codec);
  bool both = context->warning[0] != 0 && strcmp(context->warning, text) != 0;
  ic_fail(
    context->error, IC_DAMAGED, both ? "%s (%s)" : "%s", both ? context->warning : text, text);
  png_longjmp(codec, 1);
}

// libpng says what is wrong in a warning and only then fails with a general phrase.
static void hear(png_structp codec, png_const_charp text) {
  png_context *context = png_get_error_ptr(codec);
  snprintf(context->warning, sizeof context->warning, "%s", text);
}

static void feed(png_structp codec, png_bytep target, size_t count) {
  png_context *context = png_get_io_ptr(codec);
  if (count > context->count - context->position) {
    context->warning[0] = 0;
    png_error(codec, "the PNG ends too early");
  }
  memcpy(target, context->bytes + context->position, count);
  context->position += count;
}

typedef struct png_reader {
  png_structp codec;
  png_infop info;
  png_context context;
} png_reader;

static bool open_reader(
  png_reader *reader, const uint8_t *bytes, size_t count, ic_error *error
) {
  memset(reader, 0, sizeof *reader);
  reader->context = (png_context){.error = error, .bytes = bytes, .count = count};
  reader->codec = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader->context, fail, hear);
  if (reader->codec != NULL) reader->info = png_create_info_struct(reader->codec);
  if (reader->info != NULL) return true;
  png_destroy_read_struct(&reader->codec, NULL, NULL);
  return ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out while opening a PNG");
}

static void close_reader(png_reader *reader) {
  png_destroy_read_struct(&reader->codec, &reader->info, NULL);
}

// Reads everything before the picture data. Sides are the caller's to judge; chunks that decide no
// pixel (texts, colour profiles) are passed over unread, so none can inflate to fill memory.
static void read_information(png_reader *reader) {
  png_structp codec = reader->codec;
  png_set_user_limits(codec, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max(codec, 1u << 20);
  png_set_keep_unknown_chunks(codec, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_read_fn(codec, &reader->context, feed);
  png_read_info(codec, reader->info);
}

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// The eXIf chunk may stand before or after the picture data, so the chunks are walked for it.
static uint32_t stored_orientation(const uint8_t *bytes, size_t count, bool *partial) {
  size_t position = 8;
  while (count - position >= 12) {
    size_t length = big_endian(bytes + position);
    if (length > count - position - 12) break;
    if (memcmp(bytes + position + 4, "eXIf", 4) == 0) {
      return ic_exif_orientation(bytes + position + 8, length);
    }
    if (memcmp(bytes + position + 4, "IEND", 4) == 0) return 1;
    position += length + 12;
  }
  *partial = true;
  return 1;
}

bool ic_png_header(const uint8_t *bytes, size_t count, ic_header *header, ic_error *error) {
  png_reader *reader = malloc(sizeof *reader);
  if (reader == NULL) return ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out");
  bool done = open_reader(reader, bytes, count, error);
  if (done) {
    if (setjmp(png_jmpbuf(reader->codec))) {
      close_reader(reader);
      free(reader);
      return false;
    }
    read_information(reader);
    header->width = png_get_image_width(reader->codec, reader->info);
    header->height = png_get_image_height(reader->codec, reader->info);
    header->orientation = stored_orientation(bytes, count, &header->is_partial);
    close_reader(reader);
  }
  free(reader);
  return done;
}

static void read_rows(png_reader *reader, uint32_t width, uint32_t height, uint8_t *pixels) {
  png_structp codec = reader->codec;
  // 16 bits: the high byte. Below 8 bits: spread over 0...255. Palette and gray: RGB. No alpha.
  png_set_strip_16(codec);
  png_set_packing(codec);
  png_set_expand(codec);
  png_set_gray_to_rgb(codec);
  png_set_strip_alpha(codec);
  int passes = png_set_interlace_handling(codec);
  png_read_update_info(codec, reader->info);
  if (png_get_rowbytes(codec, reader->info) != (size_t)width * 3) {
    png_error(codec, "its rows do not come out as 8-bit RGB");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < height; y++) {
      png_read_row(codec, pixels + (size_t)y * width * 3, NULL);
    }
  }
}

bool ic_png_decode(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
  ic_error *error
) {
  png_reader *reader = malloc(sizeof *reader);
  if (reader == NULL) return ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out");
  if (!open_reader(reader, bytes, count, error)) {
    free(reader);
    return false;
  }
  if (setjmp(png_jmpbuf(reader->codec))) {
    close_reader(reader);
    free(reader);
    return false;
  }
  read_information(reader);
  uint32_t stored_width = png_get_image_width(reader->codec, reader->info);
  uint32_t stored_height = png_get_image_height(reader->codec, reader->info);
  bool done = stored_width == width && stored_height == height;
  if (done) {
    read_rows(reader, width, height, pixels);
  } else {
    ic_fail(
      error, IC_BAD_ARGUMENT, "room for %u x %u pixels, but the PNG has %u x %u", width, height,
      stored_width, stored_height);
  }
  close_reader(reader);
  free(reader);
  return done;
}

typedef struct png_sink {
  png_context context;
  ic_bytes bytes;
  size_t capacity;
  png_structp codec;
  png_infop info;
} png_sink;

static void collect(png_structp codec, png_bytep data, size_t count) {
  png_sink *sink = png_get_io_ptr(codec);
  if (count > sink->capacity - sink->bytes.count) {
    size_t capacity = sink->capacity * 2 + count + 4096;
    uint8_t *grown = realloc(sink->bytes.data, capacity);
    if (grown == NULL) {
      sink->context.out_of_memory = true;
      png_error(codec, "memory ran out while encoding a PNG");
    }
    sink->bytes.data = grown;
    sink->capacity = capacity;
  }
  memcpy(sink->bytes.data + sink->bytes.count, data, count);
  sink->bytes.count += count;
}

static void flush(png_structp codec) { (void)codec; }

static bool drop_sink(png_sink *sink) {
  if (sink->context.out_of_memory && sink->context.error != NULL) {
    sink->context.error->status = IC_OUT_OF_MEMORY;
  }
  png_destroy_write_struct(&sink->codec, &sink->info);
  ic_bytes_free(&sink->bytes);
  free(sink);
  return false;
}

bool ic_png_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, ic_bytes *result, ic_error *error
) {
  png_sink *sink = calloc(1, sizeof *sink);
  if (sink == NULL) return ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out");
  sink->context.error = error;
  sink->codec = png_create_write_struct(PNG_LIBPNG_VER_STRING, &sink->context, fail, hear);
  if (sink->codec != NULL) sink->info = png_create_info_struct(sink->codec);
  if (sink->info == NULL) {
    ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out while encoding a PNG");
    return drop_sink(sink);
  }
  if (setjmp(png_jmpbuf(sink->codec))) return drop_sink(sink);
  png_set_user_limits(sink->codec, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_write_fn(sink->codec, sink, collect, flush);
  png_set_IHDR(
    sink->codec, sink->info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
    PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(sink->codec, sink->info);
  for (uint32_t y = 0; y < height; y++) {
    png_write_row(sink->codec, pixels + (size_t)y * width * 3);
  }
  png_write_end(sink->codec, sink->info);
  *result = sink->bytes;
  sink->bytes = (ic_bytes){0};
  drop_sink(sink);
  return true;
}
