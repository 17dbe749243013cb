/// How simdjson's elements travel through C, for the files of this target.
#ifndef CSIMDJSON_ELEMENTS_HPP
#define CSIMDJSON_ELEMENTS_HPP

#include "CSimdJSON.h"

// As the library itself is built by Debian and Homebrew: the flag adds a member to `dom::parser`.
// SwiftPM does not pass on the -D of a pkg-config file.
#ifndef SIMDJSON_THREADS_ENABLED
#define SIMDJSON_THREADS_ENABLED 1
#endif
#include <simdjson.h>

#include <bit>
#include <exception>
#include <new>

namespace dom = simdjson::dom;

struct sj_document {
  dom::parser parser;
};

// Elements and iterators of simdjson are a document pointer and a tape index. They travel through C
// as those two words; should a later version change that, this stops compiling.
static_assert(sizeof(dom::element) == sizeof(sj_element));
static_assert(sizeof(dom::array::iterator) == sizeof(sj_element));
static_assert(sizeof(dom::object::iterator) == sizeof(sj_element));

inline dom::element unwrap(sj_element element) { return std::bit_cast<dom::element>(element); }
inline sj_element wrap(dom::element element) { return std::bit_cast<sj_element>(element); }

inline sj_status status_of(simdjson::error_code error) {
  switch (error) {
  case simdjson::SUCCESS:
    return SJ_OK;
  case simdjson::EMPTY:
    return SJ_EMPTY;
  case simdjson::UTF8_ERROR:
    return SJ_NOT_UTF8;
  case simdjson::DEPTH_ERROR:
    return SJ_TOO_DEEP;
  case simdjson::NUMBER_ERROR:
    return SJ_BAD_NUMBER;
  case simdjson::CAPACITY:
    return SJ_TOO_LARGE;
  case simdjson::MEMALLOC:
    return SJ_NO_MEMORY;
  case simdjson::INCORRECT_TYPE:
    return SJ_WRONG_TYPE;
  case simdjson::NUMBER_OUT_OF_RANGE:
    return SJ_OUT_OF_RANGE;
  case simdjson::UNINITIALIZED:
  case simdjson::UNSUPPORTED_ARCHITECTURE:
  case simdjson::UNEXPECTED_ERROR:
  case simdjson::PARSER_IN_USE:
    return SJ_UNEXPECTED;
  default:
    return SJ_MALFORMED;
  }
}

template <typename Body> sj_status guarded(Body body) noexcept {
  try {
    return status_of(body());
  } catch (const std::bad_alloc &) {
    return SJ_NO_MEMORY;
  } catch (...) {
    return SJ_UNEXPECTED;
  }
}

#endif
