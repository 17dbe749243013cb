#ifndef IC_COLOURS_H
#define IC_COLOURS_H

#include "ic_vectors.h"

// The last steps of decoding a JPEG, by planes instead of pixels: rows of Y and of halved Cb and Cr
// become rows of R, G and B. The bytes are libjpeg's own: its triangle filter for halved colours
// (`h2v2_fancy_upsample`) and its conversion in 16 fractional bits (`ycc_rgb_convert`).

#if IC_X86
#include <immintrin.h>

/// Twice as wide, from a row of colour differences and the nearest other one, above or below.
///
/// `sums` has `count` + 2 places, `result` 2 * `count`; `count` is at least 1.
IC_AVX512 static inline void widen_colours(
  const uint8_t *restrict near, const uint8_t *restrict far, size_t count,
  uint16_t *restrict sums, int16_t *restrict result
) {
  for (size_t i = 0; i < count; i++) sums[i + 1] = (uint16_t)(3 * near[i] + far[i]);
  sums[0] = sums[1];
  sums[count + 1] = sums[count];
  for (size_t i = 0; i < count; i++) {
    const uint16_t three = (uint16_t)(3 * sums[i + 1]);
    const uint16_t left = (uint16_t)(three + sums[i] + 8) >> 4;
    const uint16_t right = (uint16_t)(three + sums[i + 2] + 7) >> 4;
    result[2 * i] = (int16_t)(left - 128);
    result[2 * i + 1] = (int16_t)(right - 128);
  }
}

// Of 32 words the low bytes, each word first brought to 0...255.
IC_AVX512 static inline __m256i clamped(__m512i words) {
  return _mm512_cvtusepi16_epi8(_mm512_max_epi16(words, _mm512_setzero_si512()));
}

/// R = Y + 1.402 Cr, G = Y − 0.34414 Cb − 0.71414 Cr, B = Y + 1.772 Cb, each rounded to a level.
///
/// 32 pixels at a time, past the end too: all rows have room for a multiple of 32.
IC_AVX512 static inline void convert_colours(
  const uint8_t *restrict y, const int16_t *restrict cb, const int16_t *restrict cr, size_t count,
  uint8_t *restrict red, uint8_t *restrict green, uint8_t *restrict blue
) {
  enum { pixels = 32 };
  // 1.402 = 1 + 26345 / 65536, 1.772 = 2 - 14942 / 65536, 0.71414 = 1 - 18734 / 65536.
  const __m512i for_red = _mm512_set1_epi16(26345), for_blue = _mm512_set1_epi16(-14942);
  const __m512i for_green = _mm512_set1_epi32((int32_t)(18734u << 16 | (uint16_t)-22554));
  const __m512i one = _mm512_set1_epi16(1), half = _mm512_set1_epi32(1 << 15);
  for (size_t i = 0; i < count; i += pixels) {
    const __m512i light = _mm512_cvtepu8_epi16(_mm256_loadu_si256((const void *)(y + i)));
    const __m512i u = _mm512_loadu_si512(cb + i), v = _mm512_loadu_si512(cr + i);
    const __m512i u2 = _mm512_add_epi16(u, u), v2 = _mm512_add_epi16(v, v);
    // Products of the doubled differences leave half a level to round by.
    const __m512i r = _mm512_srai_epi16(
      _mm512_add_epi16(_mm512_mulhi_epi16(v2, for_red), one), 1);
    const __m512i b = _mm512_srai_epi16(
      _mm512_add_epi16(_mm512_mulhi_epi16(u2, for_blue), one), 1);
    const __m512i low = _mm512_madd_epi16(_mm512_unpacklo_epi16(u, v), for_green);
    const __m512i high = _mm512_madd_epi16(_mm512_unpackhi_epi16(u, v), for_green);
    const __m512i g = _mm512_packs_epi32(
      _mm512_srai_epi32(_mm512_add_epi32(low, half), 16),
      _mm512_srai_epi32(_mm512_add_epi32(high, half), 16));
    const __m512i warm = _mm512_add_epi16(_mm512_add_epi16(light, v), r);
    const __m512i middle = _mm512_add_epi16(_mm512_sub_epi16(light, v), g);
    const __m512i cold = _mm512_add_epi16(_mm512_add_epi16(light, u2), b);
    _mm256_storeu_si256((void *)(red + i), clamped(warm));
    _mm256_storeu_si256((void *)(green + i), clamped(middle));
    _mm256_storeu_si256((void *)(blue + i), clamped(cold));
  }
}

#endif
#endif
