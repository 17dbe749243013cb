#ifndef IC_INTERNAL_H
#define IC_INTERNAL_H

#include "CImageCodecs.h"

/// Fills `error` (which may be null) and returns false.
bool ic_fail(ic_error *error, ic_status status, const char *format, ...)
  __attribute__((format(printf, 3, 4)));

/// EXIF orientation 1 to 8 in a TIFF structure (no "Exif\0\0" before it); 1 where there is none.
uint32_t ic_exif_orientation(const uint8_t *tiff, size_t count);

#endif
