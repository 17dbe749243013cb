#ifndef IC_JPEG_ERRORS_H
#define IC_JPEG_ERRORS_H

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "ic_internal.h"

// What libjpeg's callbacks need to find their way back to the caller.
typedef struct ic_jpeg_context {
  struct jpeg_error_mgr manager;  // first: libjpeg hands back a pointer to it
  jmp_buf escape;
  ic_error *error;
  bool ended_early;
  const uint8_t *bytes, *end;  // the file, once its picture data is being read
} ic_jpeg_context;

/// Makes libjpeg report to `error` and jump to the context's `escape` instead of ending the process.
struct jpeg_error_mgr *ic_jpeg_prepare(ic_jpeg_context *context, ic_error *error);

/// For a decoder's progress monitor: gives up on a file of too many scans.
void ic_jpeg_count_scans(j_common_ptr codec);

#endif
