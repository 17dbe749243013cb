// Decoding, encoding and resampling of pictures: a thin C surface over libjpeg, libpng,
// libwebp and libexif.
//
// Every function is re-entrant, keeps no state between calls and returns false with `error` filled
// instead of printing, exiting or jumping out. Pixels are RGB, 8 bits a channel, rows without gaps.
// Callers read the header first, hold it against their limits, allocate, and only then decode.

#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ic_effects.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ic_status {
  IC_OK = 0,
  /// The file breaks its own format or ends too early.
  IC_DAMAGED = 1,
  /// The file is sound, but of a kind that is not read.
  IC_UNSUPPORTED = 2,
  IC_OUT_OF_MEMORY = 3,
  /// The caller's buffer or size does not fit the picture.
  IC_BAD_ARGUMENT = 4,
} ic_status;

typedef struct ic_error {
  ic_status status;
  /// A phrase without a full stop, at most 255 bytes, always terminated.
  char message[256];
} ic_error;

typedef struct ic_header {
  /// As stored, before the orientation is applied.
  uint32_t width;
  uint32_t height;
  /// EXIF orientation 1 to 8; 1 where there is none or where it is invalid.
  uint32_t orientation;
  /// Bytes that decoding takes for each pixel, besides the three of the result.
  uint32_t working_bytes;
  /// Whether the orientation may stand behind the end of what was given.
  bool is_partial;
} ic_header;

typedef struct ic_bytes {
  uint8_t *data;
  size_t count;
} ic_bytes;

/// Reads sizes and orientation; allocates only what the headers themselves take.
bool ic_jpeg_header(const uint8_t *bytes, size_t count, ic_header *header, ic_error *error);
bool ic_png_header(const uint8_t *bytes, size_t count, ic_header *header, ic_error *error);
bool ic_webp_header(const uint8_t *bytes, size_t count, ic_header *header, ic_error *error);

/// Decodes into `pixels`, which holds `width` * `height` * 3 bytes.
///
/// `denominator` is 1, 2, 4 or 8: the picture is decoded at that fraction of its size, sides
/// rounded up; `width` and `height` are the sides of the result.
bool ic_jpeg_decode(
  const uint8_t *bytes, size_t count, uint32_t denominator, uint32_t width, uint32_t height,
  uint8_t *pixels, ic_error *error);
bool ic_png_decode(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
  ic_error *error);
bool ic_webp_decode(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
  ic_error *error);

/// Encodes; equal pixels give equal bytes. The result is freed with ``ic_bytes_free``.
bool ic_jpeg_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, int quality, ic_bytes *result,
  ic_error *error);
bool ic_png_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, ic_bytes *result, ic_error *error);
void ic_bytes_free(ic_bytes *bytes);

/// The widest vectors that may be used, in the order of their width; every one gives the same bytes.
typedef enum ic_machine { IC_BASELINE = 0, IC_WITH_AVX2 = 1, IC_WITH_AVX512 = 2 } ic_machine;

/// Where the rows of a resampled picture go: as bytes, as normalised values, or both.
typedef struct ic_target {
  /// `width` * `height` * 3 bytes, or null.
  uint8_t *bytes;
  /// `value * scale[channel] + bias[channel]` of those bytes, or null; rows begin `row_pixels`
  /// pixels apart.
  float *floats;
  size_t row_pixels;
  float scale[3];
  float bias[3];
  /// Whether each row is written from right to left.
  bool mirrored;
} ic_target;

/// Resamples with the triangle filter, widened by the scale where the picture shrinks.
///
/// Sums are single precision without contraction, so every machine gives the same bytes; `at_most`
/// asks for those of a lesser one, for comparison.
bool ic_resample(
  const uint8_t *source, uint32_t source_width, uint32_t source_height, uint32_t target_width,
  uint32_t target_height, const ic_target *target, ic_machine at_most, ic_error *error);

/// Decodes a JPEG of `width` x `height` pixels and resamples it on the way, row by row.
///
/// The result is that of ``ic_jpeg_decode`` and then ``ic_resample``, without the whole picture ever
/// being in memory.
bool ic_jpeg_resample(
  const uint8_t *bytes, size_t count, uint32_t denominator, uint32_t width, uint32_t height,
  uint32_t target_width, uint32_t target_height, const ic_target *target, ic_machine at_most,
  ic_error *error);

/// Reads a JPEG's planes as they are stored and forgets them: what any way of decoding has to do.
bool ic_jpeg_unpack(const uint8_t *bytes, size_t count, ic_error *error);

/// Copies the picture to `target`, each row from right to left.
void ic_mirror(const uint8_t *pixels, size_t width, size_t height, uint8_t *target);

/// `value * scale[channel] + bias[channel]` for every pixel; rows of `target` begin `row_pixels`
/// pixels apart.
void ic_normalize(
  const uint8_t *pixels, size_t width, size_t height, const float scale[3], const float bias[3],
  float *target, size_t row_pixels);

#ifdef __cplusplus
}
#endif

#endif
