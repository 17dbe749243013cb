#include <libexif/exif-data.h>
#include <stdlib.h>
#include <string.h>

#include "ic_internal.h"

static const uint8_t exif_prefix[6] = {'E', 'x', 'i', 'f', 0, 0};

// The value as an integer, whichever integer type the writer chose.
static uint32_t integer_value(const ExifEntry *entry, ExifByteOrder order) {
  if (entry == NULL || entry->data == NULL || entry->components < 1) return 0;
  if (entry->format == EXIF_FORMAT_SHORT && entry->size >= 2) {
    return exif_get_short(entry->data, order);
  }
  if (entry->format == EXIF_FORMAT_LONG && entry->size >= 4) {
    return exif_get_long(entry->data, order);
  }
  if (entry->format == EXIF_FORMAT_BYTE && entry->size >= 1) return entry->data[0];
  return 0;
}

uint32_t ic_exif_orientation(const uint8_t *tiff, size_t count) {
  // A JPEG segment ends at 64 KiB; nothing that matters lies beyond a megabyte of a PNG chunk.
  if (count < 8 || count > (1u << 20)) return 1;
  uint8_t *block = malloc(sizeof exif_prefix + count);
  if (block == NULL) return 1;
  memcpy(block, exif_prefix, sizeof exif_prefix);
  memcpy(block + sizeof exif_prefix, tiff, count);

  uint32_t orientation = 1;
  ExifData *data = exif_data_new();
  if (data != NULL) {
    // Following the specification would add and alter entries; the stored value is what counts.
    exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_load_data(data, block, (unsigned int)(sizeof exif_prefix + count));
    const ExifEntry *entry =
      exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
    orientation = integer_value(entry, exif_data_get_byte_order(data));
    exif_data_unref(data);
  }
  free(block);
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}
