#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_internal.h"

bool ic_fail(ic_error *error, ic_status status, const char *format, ...) {
  if (error == NULL) return false;
  error->status = status;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return false;
}

void ic_bytes_free(ic_bytes *bytes) {
  free(bytes->data);
  bytes->data = NULL;
  bytes->count = 0;
}
