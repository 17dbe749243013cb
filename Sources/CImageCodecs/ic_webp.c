#include <string.h>

#include <webp/decode.h>

#include "ic_internal.h"

enum { container_header = 12, chunk_header = 8 };

static uint32_t little_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

// The EXIF chunk stands behind the picture, so the chunks are walked for it. Some writers put the
// prefix of JPEG's segment before the TIFF structure.
static uint32_t stored_orientation(const uint8_t *bytes, size_t count, bool *partial) {
  size_t position = container_header;
  while (count >= chunk_header && position <= count - chunk_header) {
    const uint8_t *content = bytes + position + chunk_header;
    const size_t left = count - position - chunk_header;
    const uint32_t length = little_endian(bytes + position + 4);
    if (length > left) break;
    if (memcmp(bytes + position, "EXIF", 4) == 0) {
      const bool prefixed = length > 6 && memcmp(content, "Exif\0\0", 6) == 0;
      return ic_exif_orientation(content + (prefixed ? 6 : 0), length - (prefixed ? 6 : 0));
    }
    // Chunks begin at even places.
    position += chunk_header + (size_t)length + (length & 1);
  }
  *partial = (size_t)little_endian(bytes + 4) + chunk_header > count;
  return 1;
}

static bool refuse(VP8StatusCode status, ic_error *error) {
  switch (status) {
  case VP8_STATUS_OUT_OF_MEMORY:
    return ic_fail(error, IC_OUT_OF_MEMORY, "memory ran out while decoding a WebP");
  case VP8_STATUS_NOT_ENOUGH_DATA:
  case VP8_STATUS_SUSPENDED:
    return ic_fail(error, IC_DAMAGED, "the WebP ends too early");
  case VP8_STATUS_UNSUPPORTED_FEATURE:
    return ic_fail(error, IC_UNSUPPORTED, "a kind of WebP that is not read");
  default:
    return ic_fail(error, IC_DAMAGED, "the data of the WebP is none that an encoder writes");
  }
}

bool ic_webp_header(const uint8_t *bytes, size_t count, ic_header *header, ic_error *error) {
  WebPBitstreamFeatures features;
  const VP8StatusCode status = WebPGetFeatures(bytes, count, &features);
  if (status != VP8_STATUS_OK) return refuse(status, error);
  if (features.has_animation) {
    return ic_fail(error, IC_UNSUPPORTED, "a WebP animation, which is no single picture");
  }
  header->width = (uint32_t)features.width;
  header->height = (uint32_t)features.height;
  header->orientation = stored_orientation(bytes, count, &header->is_partial);
  // Lossless data, alpha beside lossy colours too, is decoded as a whole into four bytes a pixel;
  // alpha has a plane of its own.
  enum { lossy = 1 };
  header->working_bytes = features.format != lossy ? 4 : features.has_alpha ? 5 : 0;
  return true;
}

bool ic_webp_decode(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
  ic_error *error
) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) {
    return ic_fail(error, IC_UNSUPPORTED, "the libwebp at hand is not the one this was built for");
  }
  VP8StatusCode status = WebPGetFeatures(bytes, count, &config.input);
  if (status != VP8_STATUS_OK) return refuse(status, error);
  if ((uint32_t)config.input.width != width || (uint32_t)config.input.height != height) {
    return ic_fail(
      error, IC_BAD_ARGUMENT, "room for %u x %u pixels, but the WebP has %d x %d", width, height,
      config.input.width, config.input.height);
  }
  // RGB without alpha: the colour under it is kept, nothing is multiplied.
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels;
  config.output.u.RGBA.stride = (int)width * 3;
  config.output.u.RGBA.size = (size_t)width * 3 * height;
  status = WebPDecode(bytes, count, &config);
  WebPFreeDecBuffer(&config.output);
  return status == VP8_STATUS_OK || refuse(status, error);
}
