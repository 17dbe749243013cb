#include <stdlib.h>
#include <string.h>

#include "ic_jpeg_errors.h"

#include <jerror.h>

// A sound progressive file has about ten scans; each costs a walk over the whole picture, so a
// small file with thousands of empty ones could keep a core busy for hours.
enum { maximum_scans = 100 };

static void fail(j_common_ptr codec) {
  ic_jpeg_context *context = (ic_jpeg_context *)codec->err;
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
static bool skipped_picture_data(const ic_jpeg_context *context, j_decompress_ptr decoder) {
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
  ic_jpeg_context *context = (ic_jpeg_context *)codec->err;
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

struct jpeg_error_mgr *ic_jpeg_prepare(ic_jpeg_context *context, ic_error *error) {
  struct jpeg_error_mgr *manager = jpeg_std_error(&context->manager);
  manager->error_exit = fail;
  manager->emit_message = hear;
  manager->output_message = stay_silent;
  context->error = error;
  context->ended_early = false;
  context->bytes = context->end = NULL;
  return manager;
}

void ic_jpeg_count_scans(j_common_ptr codec) {
  if (!codec->is_decompressor) return;
  if (((j_decompress_ptr)codec)->input_scan_number <= maximum_scans) return;
  ic_jpeg_context *context = (ic_jpeg_context *)codec->err;
  ic_fail(context->error, IC_DAMAGED, "the JPEG has more than %d scans", maximum_scans);
  longjmp(context->escape, 1);
}
