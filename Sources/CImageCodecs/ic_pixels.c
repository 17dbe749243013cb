#include "ic_pixels.h"

#include "CImageCodecs.h"

IC_KERNEL void mirror(const uint8_t *pixels, size_t width, size_t height, uint8_t *target) {
  const size_t stride = width * channels;
  for (size_t y = 0; y < height; y++) mirror_row(pixels + y * stride, width, target + y * stride);
}

IC_KERNEL void normalize(
  const uint8_t *pixels, size_t width, size_t height, const float *scale, const float *bias,
  float *target, size_t row_pixels
) {
  float scales[channels * lanes], biases[channels * lanes];
  for (int i = 0; i < channels * lanes; i++) {
    scales[i] = scale[i % channels];
    biases[i] = bias[i % channels];
  }
  for (size_t y = 0; y < height; y++) {
    const uint8_t *row = pixels + y * width * channels;
    normalize_row(row, width * channels, scales, biases, target + y * row_pixels * channels);
  }
}

static void mirror_baseline(const uint8_t *pixels, size_t width, size_t height, uint8_t *target) {
  mirror(pixels, width, height, target);
}
static void normalize_baseline(
  const uint8_t *pixels, size_t width, size_t height, const float *scale, const float *bias,
  float *target, size_t row_pixels
) {
  normalize(pixels, width, height, scale, bias, target, row_pixels);
}

#if IC_X86
IC_AVX2 static void mirror_avx2(
  const uint8_t *pixels, size_t width, size_t height, uint8_t *target
) {
  mirror(pixels, width, height, target);
}
IC_AVX2 static void normalize_avx2(
  const uint8_t *pixels, size_t width, size_t height, const float *scale, const float *bias,
  float *target, size_t row_pixels
) {
  normalize(pixels, width, height, scale, bias, target, row_pixels);
}
#endif

void ic_mirror(const uint8_t *pixels, size_t width, size_t height, uint8_t *target) {
#if IC_X86
  if (ic_this_machine(IC_WITH_AVX2) == IC_WITH_AVX2) return mirror_avx2(pixels, width, height, target);
#endif
  mirror_baseline(pixels, width, height, target);
}

void ic_normalize(
  const uint8_t *pixels, size_t width, size_t height, const float scale[3], const float bias[3],
  float *target, size_t row_pixels
) {
#if IC_X86
  if (ic_this_machine(IC_WITH_AVX2) == IC_WITH_AVX2) {
    return normalize_avx2(pixels, width, height, scale, bias, target, row_pixels);
  }
#endif
  normalize_baseline(pixels, width, height, scale, bias, target, row_pixels);
}
