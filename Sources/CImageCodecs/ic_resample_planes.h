#ifndef IC_RESAMPLE_PLANES_H
#define IC_RESAMPLE_PLANES_H

#include "ic_resample.h"

// Resampling across where red, green and blue lie in rows of their own: sixteen places need no more
// than two vectors of the source, from which each tap picks its values.

#if IC_X86
#include <immintrin.h>

// Sums of sixteen places of one plane, rounded to levels.
IC_AVX512 static inline __m512i plane_levels(
  const float *plane, uint32_t taps, __m512i offsets, const float *weights
) {
  const __m512 low = _mm512_loadu_ps(plane), high = _mm512_loadu_ps(plane + lanes);
  const __m512i one = _mm512_set1_epi32(1);
  __m512 sum = _mm512_setzero_ps();
  for (uint32_t t = 0; t < taps; t++) {
    const __m512 values = _mm512_permutex2var_ps(low, offsets, high);
    const __m512 products = _mm512_mul_ps(_mm512_loadu_ps(weights + t * lanes), values);
    sum = _mm512_add_ps(sum, products);
    offsets = _mm512_add_epi32(offsets, one);
  }
  sum = _mm512_add_ps(sum, _mm512_set1_ps(0.5f));
  return _mm512_cvttps_epi32(_mm512_min_ps(sum, _mm512_set1_ps(255)));
}

/// A row of three planes of floats resampled across to pixels of bytes, sixteen at a time, past the
/// end of the row too.
IC_AVX512 static inline void planes_across(
  const ic_resampler *resampler, uint32_t taps, const float *row, uint8_t *bytes
) {
  const size_t groups = (resampler->target_width + lanes - 1) / lanes, plane = resampler->plane;
  const __m512i triples = _mm512_broadcast_i32x4(
    _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
  const __m512i together =
    _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);
  for (size_t group = 0; group < groups; group++) {
    const float *start = row + resampler->across.first[group * lanes];
    const float *weights = resampler->group_weights + group * taps * lanes;
    const __m512i offsets = _mm512_loadu_si512(resampler->offsets + group * lanes);
    const __m512i red = plane_levels(start, taps, offsets, weights);
    const __m512i green = plane_levels(start + plane, taps, offsets, weights);
    const __m512i blue = plane_levels(start + 2 * plane, taps, offsets, weights);
    const __m512i pixels = _mm512_or_si512(
      _mm512_or_si512(red, _mm512_slli_epi32(green, 8)), _mm512_slli_epi32(blue, 16));
    const __m512i packed =
      _mm512_permutexvar_epi32(together, _mm512_shuffle_epi8(pixels, triples));
    // 48 bytes stay: the next group overwrites the rest.
    _mm512_storeu_si512(bytes + group * lanes * channels, packed);
  }
}

#else
static inline void planes_across(
  const ic_resampler *resampler, uint32_t taps, const float *row, uint8_t *bytes
) {
  (void)resampler, (void)taps, (void)row, (void)bytes;
}
#endif
#endif
