#include "elements.hpp"

#include <cmath>
#include <string_view>

namespace {

using simdjson::error_code;

/// A whole number of 64 bits; 7.0 passes for 7.
error_code integer(dom::element element, int64_t &value) {
  if (element.get(value) == simdjson::SUCCESS) {
    return simdjson::SUCCESS;
  }
  double number = 0;
  if (!element.is<double>() || element.get(number) != simdjson::SUCCESS) {
    return simdjson::INCORRECT_TYPE;
  }
  if (std::fabs(number) > 0x1p53 || number != std::floor(number)) {
    return simdjson::NUMBER_OUT_OF_RANGE;
  }
  value = int64_t(number);
  return simdjson::SUCCESS;
}

error_code finite(dom::element element, double &value) {
  error_code error = element.get(value);
  return error == simdjson::SUCCESS && !std::isfinite(value) ? simdjson::NUMBER_OUT_OF_RANGE
                                                             : error;
}

/// True or false, written as such or as 1 or 0.
error_code flag(dom::element element, bool &value) {
  int64_t number = 0;
  if (element.get(value) == simdjson::SUCCESS) {
    return simdjson::SUCCESS;
  }
  if (integer(element, number) != simdjson::SUCCESS || number < 0 || number > 1) {
    return simdjson::INCORRECT_TYPE;
  }
  value = number == 1;
  return simdjson::SUCCESS;
}

error_code box(dom::element element, double *numbers) {
  dom::array list;
  if (error_code error = element.get(list)) {
    return error;
  }
  size_t count = 0;
  for (dom::element number : list) {
    if (count == 4) {
      return simdjson::INCORRECT_TYPE;
    }
    if (error_code error = finite(number, numbers[count])) {
      return error;
    }
    count += 1;
  }
  return count == 4 ? simdjson::SUCCESS : simdjson::INCORRECT_TYPE;
}

enum : unsigned { hasID = 1, hasImage = 2, hasCategory = 4, hasBox = 8, hasNumber = 16 };

error_code member(std::string_view key, dom::element value, sj_row_kind kind, sj_row &row,
                  unsigned &found) {
  if (key == "image_id") {
    found |= hasImage;
    return integer(value, row.image_id);
  }
  if (key == "category_id") {
    found |= hasCategory;
    return integer(value, row.category_id);
  }
  if (key == "bbox") {
    found |= hasBox;
    return box(value, row.box);
  }
  if (kind == SJ_DETECTION) {
    if (key == "score") {
      found |= hasNumber;
      return finite(value, row.number);
    }
    return simdjson::SUCCESS;
  }
  if (key == "id") {
    found |= hasID;
    return integer(value, row.id);
  }
  if (key == "area" && !value.is_null()) {
    found |= hasNumber;
    return finite(value, row.number);
  }
  if (key == "iscrowd" && !value.is_null()) {
    return flag(value, row.is_crowd);
  }
  if (key == "difficult" || key == "ignore") {
    bool is_set = false;
    // Not COCO's own: anything but true or 1 says nothing.
    row.is_difficult |= flag(value, is_set) == simdjson::SUCCESS && is_set;
  }
  return simdjson::SUCCESS;
}

} // namespace

sj_status sj_rows_read(sj_element list, sj_row_kind kind, sj_row *rows, size_t capacity,
                       size_t *count) {
  *count = 0;
  return guarded([&]() -> error_code {
    const unsigned needed = hasImage | hasCategory | hasBox |
                            (kind == SJ_DETECTION ? unsigned(hasNumber) : unsigned(hasID));
    dom::array entries;
    if (error_code error = unwrap(list).get(entries)) {
      return error;
    }
    for (dom::element entry : entries) {
      dom::object members;
      if (error_code error = entry.get(members)) {
        return error;
      }
      if (*count == capacity) {
        return simdjson::CAPACITY;
      }
      sj_row row = {};
      unsigned found = 0;
      for (auto [key, value] : members) {
        if (error_code error = member(key, value, kind, row, found)) {
          return error;
        }
      }
      if ((found & needed) != needed) {
        return simdjson::NO_SUCH_FIELD;
      }
      if ((found & hasNumber) == 0) {
        row.number = row.box[2] * row.box[3];
      }
      rows[(*count)++] = row;
    }
    return simdjson::SUCCESS;
  });
}
