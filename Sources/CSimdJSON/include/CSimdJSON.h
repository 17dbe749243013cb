/// A flat C view of simdjson's document object model.
///
/// A document owns everything; elements and cursors are small values that point into it and must
/// not outlive it. Nothing here throws, prints or allocates behind the caller's back except
/// `sj_document_parse`. Every call that can fail returns a status; results come back by pointer.
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#define SJ_NULLABLE _Nullable
#else
#define SJ_NULLABLE
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sj_status {
  SJ_OK = 0,
  SJ_EMPTY = 1,         ///< no value in the text at all
  SJ_NOT_UTF8 = 2,      ///< a byte sequence that is not UTF-8
  SJ_TOO_DEEP = 3,      ///< more nested arrays and objects than allowed
  SJ_BAD_NUMBER = 4,    ///< a number that is malformed or fits neither Int64, UInt64 nor Double
  SJ_MALFORMED = 5,     ///< any other fault of syntax
  SJ_TOO_LARGE = 6,     ///< more text than the parser can hold (4 GiB)
  SJ_NO_MEMORY = 7,
  SJ_WRONG_TYPE = 8,    ///< the element is of another type than the one asked for
  SJ_OUT_OF_RANGE = 9,  ///< the number does not fit the type asked for
  SJ_UNEXPECTED = 10,   ///< a fault of the library itself
} sj_status;

typedef enum sj_type {
  SJ_NULL = 0,
  SJ_BOOL = 1,
  SJ_INT64 = 2,   ///< a whole number that fits Int64
  SJ_UINT64 = 3,  ///< a whole number above Int64.max
  SJ_DOUBLE = 4,
  SJ_STRING = 5,
  SJ_ARRAY = 6,
  SJ_OBJECT = 7,
} sj_type;

/// A parsed text. Created by `sj_document_parse`, released by `sj_document_free`.
typedef struct sj_document sj_document;

/// One value of a document.
typedef struct sj_element {
  const void *SJ_NULLABLE document;
  size_t position;
} sj_element;

/// What is left to visit of an array or an object.
typedef struct sj_cursor {
  sj_element next;
  sj_element end;
} sj_cursor;

/// A string inside the document: UTF-8, not terminated, may hold NUL.
typedef struct sj_text {
  const char *SJ_NULLABLE bytes;
  size_t count;
} sj_text;

/// A sentence for people, without full stop. Static storage.
const char *sj_status_message(sj_status status);

/// Parses `count` bytes of JSON, copying them. `maximum_depth` bounds nesting of arrays and objects.
/// On success the caller owns `*document`; on failure `*document` is null.
sj_status sj_document_parse(const char *SJ_NULLABLE bytes, size_t count, size_t maximum_depth,
                            sj_document *SJ_NULLABLE *_Nonnull document, sj_element *root);
void sj_document_free(sj_document *SJ_NULLABLE document);

/// An empty document that texts of up to `capacity` bytes are parsed into, one after another.
/// Null where memory runs out.
sj_document *SJ_NULLABLE sj_document_create(size_t capacity, size_t maximum_depth);
/// Parses another text, in place: `sj_padding` bytes beyond it must be readable. Elements of the text
/// before are no longer valid.
sj_status sj_document_reparse(sj_document *document, const char *bytes, size_t count,
                              sj_element *root);
size_t sj_padding(void);

sj_type sj_element_type(sj_element element);
sj_status sj_element_int64(sj_element element, int64_t *value);
/// Any number as a Double; whole numbers are rounded to the nearest.
sj_status sj_element_double(sj_element element, double *value);
sj_status sj_element_bool(sj_element element, bool *value);
sj_status sj_element_text(sj_element element, sj_text *value);

/// Starts a walk over an array.
sj_status sj_array_cursor(sj_element array, sj_cursor *cursor);
/// Fetches the next element; false at the end.
bool sj_array_next(sj_cursor *cursor, sj_element *value);

/// Starts a walk over an object's members, in file order, repeated keys included.
sj_status sj_object_cursor(sj_element object, sj_cursor *cursor);
/// Fetches the next member; false at the end.
bool sj_object_next(sj_cursor *cursor, sj_text *key, sj_element *value);

/// Where entries of a list, or members of an object, end.
typedef enum sj_boundary {
  SJ_NO_BOUNDARY = 0,  ///< the text ends before
  SJ_COMMA = 1,        ///< a comma between two entries
  SJ_END = 2,          ///< the bracket that closes the list or the object
} sj_boundary;

/// Finds the first comma between entries at or after `from`, or the closing bracket if it comes
/// before. The text starts between two entries. Only quotes, brackets and commas are looked at: text
/// that is not JSON gives some boundary, which the parser refuses afterwards.
sj_boundary sj_find_boundary(const char *bytes, size_t count, size_t from, size_t *position);

/// What a row is made of.
typedef enum sj_row_kind {
  SJ_DETECTION = 0,   ///< image_id, category_id, bbox, score
  SJ_ANNOTATION = 1,  ///< id, image_id, category_id, bbox, and perhaps area and iscrowd
} sj_row_kind;

/// A detection or an annotation.
typedef struct sj_row {
  int64_t id;
  int64_t image_id;
  int64_t category_id;
  double box[4];
  double number;  ///< the score or the area; the box's own where an annotation has no area
  bool is_crowd;
  bool is_difficult;  ///< a member `difficult` or `ignore` is true or 1
} sj_row;

/// Reads the rows of a list, no more than `capacity`.
/// Anything but SJ_OK means: not a list of such objects, or too many of them.
sj_status sj_rows_read(sj_element list, sj_row_kind kind, sj_row *rows, size_t capacity,
                       size_t *count);

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
#undef SJ_NULLABLE

#endif
