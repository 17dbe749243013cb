#include "elements.hpp"

namespace {

template <typename Container> sj_status start(sj_element element, sj_cursor *cursor) noexcept {
  return guarded([&] {
    Container container;
    auto error = unwrap(element).get(container);
    if (error == simdjson::SUCCESS) {
      cursor->next = std::bit_cast<sj_element>(container.begin());
      cursor->end = std::bit_cast<sj_element>(container.end());
    }
    return error;
  });
}

} // namespace

const char *sj_status_message(sj_status status) {
  switch (status) {
  case SJ_OK:
    return "no error";
  case SJ_EMPTY:
    return "there is no JSON value in it";
  case SJ_NOT_UTF8:
    return "it is not UTF-8";
  case SJ_TOO_DEEP:
    return "arrays and objects are nested too deep";
  case SJ_BAD_NUMBER:
    return "a number is malformed or out of range";
  case SJ_MALFORMED:
    return "it is not well-formed JSON";
  case SJ_TOO_LARGE:
    return "it is too large for the parser";
  case SJ_NO_MEMORY:
    return "memory ran out";
  case SJ_WRONG_TYPE:
    return "the value is of another type";
  case SJ_OUT_OF_RANGE:
    return "the number is out of range";
  case SJ_UNEXPECTED:
    break;
  }
  return "the JSON parser failed for a reason of its own";
}

sj_status sj_document_parse(const char *bytes, size_t count, size_t maximum_depth,
                            sj_document **document, sj_element *root) {
  *document = nullptr;
  sj_document *parsed = new (std::nothrow) sj_document;
  if (parsed == nullptr) {
    return SJ_NO_MEMORY;
  }
  sj_status status = guarded([&] {
    // Allocating first fixes the depth; `parse` keeps both as long as the capacity suffices.
    if (auto error = parsed->parser.allocate(count, maximum_depth)) {
      return error;
    }
    dom::element element;
    auto error = parsed->parser.parse(bytes, count).get(element);
    if (error == simdjson::SUCCESS) {
      *root = wrap(element);
    }
    return error;
  });
  if (status == SJ_OK) {
    *document = parsed;
  } else {
    delete parsed;
  }
  return status;
}

sj_document *sj_document_create(size_t capacity, size_t maximum_depth) {
  sj_document *document = new (std::nothrow) sj_document;
  if (document != nullptr &&
      guarded([&] { return document->parser.allocate(capacity, maximum_depth); }) != SJ_OK) {
    delete document;
    return nullptr;
  }
  return document;
}

sj_status sj_document_reparse(sj_document *document, const char *bytes, size_t count,
                              sj_element *root) {
  return guarded([&] {
    dom::element element;
    auto error = document->parser.parse(bytes, count, false).get(element);
    if (error == simdjson::SUCCESS) {
      *root = wrap(element);
    }
    return error;
  });
}

size_t sj_padding(void) { return simdjson::SIMDJSON_PADDING; }

void sj_document_free(sj_document *document) { delete document; }

sj_type sj_element_type(sj_element element) {
  switch (unwrap(element).type()) {
  case dom::element_type::ARRAY:
    return SJ_ARRAY;
  case dom::element_type::OBJECT:
    return SJ_OBJECT;
  case dom::element_type::INT64:
    return SJ_INT64;
  case dom::element_type::UINT64:
    return SJ_UINT64;
  case dom::element_type::DOUBLE:
    return SJ_DOUBLE;
  case dom::element_type::STRING:
    return SJ_STRING;
  case dom::element_type::BOOL:
    return SJ_BOOL;
  case dom::element_type::NULL_VALUE:
    break;
  }
  return SJ_NULL;
}

sj_status sj_element_int64(sj_element element, int64_t *value) {
  return guarded([&] { return unwrap(element).get(*value); });
}

sj_status sj_element_double(sj_element element, double *value) {
  return guarded([&] { return unwrap(element).get(*value); });
}

sj_status sj_element_bool(sj_element element, bool *value) {
  return guarded([&] { return unwrap(element).get(*value); });
}

sj_status sj_element_text(sj_element element, sj_text *value) {
  return guarded([&] {
    std::string_view view;
    auto error = unwrap(element).get(view);
    if (error == simdjson::SUCCESS) {
      *value = sj_text{view.data(), view.size()};
    }
    return error;
  });
}

sj_status sj_array_cursor(sj_element array, sj_cursor *cursor) {
  return start<dom::array>(array, cursor);
}

bool sj_array_next(sj_cursor *cursor, sj_element *value) {
  auto next = std::bit_cast<dom::array::iterator>(cursor->next);
  if (!(next != std::bit_cast<dom::array::iterator>(cursor->end))) {
    return false;
  }
  *value = wrap(*next);
  ++next;
  cursor->next = std::bit_cast<sj_element>(next);
  return true;
}

sj_status sj_object_cursor(sj_element object, sj_cursor *cursor) {
  return start<dom::object>(object, cursor);
}

bool sj_object_next(sj_cursor *cursor, sj_text *key, sj_element *value) {
  auto next = std::bit_cast<dom::object::iterator>(cursor->next);
  if (!(next != std::bit_cast<dom::object::iterator>(cursor->end))) {
    return false;
  }
  auto name = next.key();
  *key = sj_text{name.data(), name.size()};
  *value = wrap(next.value());
  ++next;
  cursor->next = std::bit_cast<sj_element>(next);
  return true;
}
