#include "CSimdJSON.h"

#include <bit>
#include <cstring>

// Text in blocks of 64 bytes, one bit a byte. What matters is found by comparing whole blocks; single
// bits are looked at only near the boundary that is wanted, so the scan runs at memory speed.

namespace {

typedef unsigned char Block __attribute__((ext_vector_type(64)));
typedef bool Bits __attribute__((ext_vector_type(64)));

uint64_t bits(const Block &comparison) {
  return std::bit_cast<uint64_t>(__builtin_convertvector(comparison, Bits));
}

/// Bit i: the parity of the bits up to i.
uint64_t parities(uint64_t bits) {
  for (int distance = 1; distance < 64; distance *= 2) {
    bits ^= bits << distance;
  }
  return bits;
}

struct Scanner {
  int64_t depth = 0;
  uint64_t inString = 0;  // all ones inside of a string
  bool isEscaped = false; // whether the next byte follows an odd run of backslashes

  /// The quotes that are not escaped.
  uint64_t realQuotes(uint64_t quotes, uint64_t backslashes) {
    if (backslashes == 0) {
      uint64_t escaped = isEscaped ? 1 : 0;
      isEscaped = false;
      return quotes & ~escaped;
    }
    // Escapes are rare: bit by bit.
    uint64_t escaped = 0;
    for (int i = 0; i < 64; ++i) {
      uint64_t bit = uint64_t(1) << i;
      if (isEscaped) {
        escaped |= bit;
        isEscaped = false;
      } else if (backslashes & bit) {
        isEscaped = true;
      }
    }
    return quotes & ~escaped;
  }
};

} // namespace

sj_boundary sj_find_boundary(const char *bytes, size_t count, size_t from, size_t *position) {
  Scanner scanner;
  for (size_t start = 0; start < count; start += 64) {
    Block block;
    if (count - start >= 64) {
      std::memcpy(&block, bytes + start, 64);
    } else {
      block = Block(' ');
      std::memcpy(&block, bytes + start, count - start);
    }
    uint64_t quotes =
        scanner.realQuotes(bits((Block)(block == Block('"'))), bits((Block)(block == Block('\\'))));
    uint64_t inside = parities(quotes) ^ scanner.inString;
    scanner.inString = uint64_t(int64_t(inside) >> 63);
    // '[' and '{', and ']' and '}', differ in one bit.
    Block folded = block | Block(0x20);
    uint64_t opening = bits((Block)(folded == Block('{'))) & ~inside;
    uint64_t closing = bits((Block)(folded == Block('}'))) & ~inside;
    int64_t closed = std::popcount(closing);
    if (start + 64 <= from && scanner.depth >= closed) {
      scanner.depth += std::popcount(opening) - closed;
      continue;
    }
    uint64_t commas = bits((Block)(block == Block(','))) & ~inside;
    for (uint64_t rest = opening | closing | commas; rest != 0; rest &= rest - 1) {
      uint64_t bit = rest & -rest;
      if (opening & bit) {
        scanner.depth += 1;
      } else if (closing & bit) {
        scanner.depth -= 1;
        if (scanner.depth < 0) {
          *position = start + size_t(std::countr_zero(bit));
          return SJ_END;
        }
      } else if (scanner.depth == 0) {
        size_t place = start + size_t(std::countr_zero(bit));
        if (place >= from) {
          *position = place;
          return SJ_COMMA;
        }
      }
    }
  }
  return SJ_NO_BOUNDARY;
}
