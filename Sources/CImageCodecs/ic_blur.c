#include <stdlib.h>
#include <string.h>

#include "CImageCodecs.h"

// Each product is rounded before it is added, on every machine.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#define IC_AVX2 __attribute__((target("avx2")))
#endif
// Inlined into a caller compiled for AVX2, the very same source becomes AVX2 code.
#define IC_KERNEL static inline __attribute__((always_inline))

enum { channels = 3 };

typedef struct blur {
  const uint8_t *source;
  size_t width, height, radius;
  const float *weights;
  uint8_t *target;
  // One source row with its border repeated, then 2 · radius + 1 rows blurred across, then sums.
  float *padded, *rows, *sums;
} blur;

IC_KERNEL void widen_padded(const blur *plan, size_t y) {
  const uint8_t *bytes = plan->source + y * plan->width * channels;
  const size_t count = plan->width * channels, margin = plan->radius * channels;
  float *row = plan->padded;
  for (size_t i = 0; i < margin; i++) {
    row[i] = bytes[i % channels];
    row[margin + count + i] = bytes[count - channels + i % channels];
  }
  for (size_t i = 0; i < count; i++) row[margin + i] = bytes[i];
}

IC_KERNEL void across(const blur *plan, size_t y) {
  widen_padded(plan, y);
  const size_t count = plan->width * channels;
  const float *middle = plan->padded + plan->radius * channels;
  float *restrict row = plan->rows + y % (2 * plan->radius + 1) * count;
  for (size_t i = 0; i < count; i++) row[i] = plan->weights[0] * middle[i];
  for (size_t t = 1; t <= plan->radius; t++) {
    const float weight = plan->weights[t];
    const float *before = middle - t * channels, *after = middle + t * channels;
    for (size_t i = 0; i < count; i++) row[i] += weight * (before[i] + after[i]);
  }
}

IC_KERNEL const float *row_at(const blur *plan, ptrdiff_t y) {
  if (y < 0) y = 0;
  if ((size_t)y >= plan->height) y = (ptrdiff_t)plan->height - 1;
  return plan->rows + (size_t)y % (2 * plan->radius + 1) * plan->width * channels;
}

IC_KERNEL void blur_all(const blur *plan) {
  const size_t count = plan->width * channels;
  const ptrdiff_t radius = (ptrdiff_t)plan->radius;
  size_t ready = 0;
  for (ptrdiff_t y = 0; (size_t)y < plan->height; y++) {
    // At most 2 · radius + 1 rows are needed at a time, so none of them is overwritten too early.
    for (; ready < plan->height && ready <= (size_t)(y + radius); ready++) across(plan, ready);
    float *restrict sums = plan->sums;
    const float *middle = row_at(plan, y);
    for (size_t i = 0; i < count; i++) sums[i] = plan->weights[0] * middle[i];
    for (ptrdiff_t t = 1; t <= radius; t++) {
      const float weight = plan->weights[t];
      const float *above = row_at(plan, y - t), *below = row_at(plan, y + t);
      for (size_t i = 0; i < count; i++) sums[i] += weight * (above[i] + below[i]);
    }
    uint8_t *bytes = plan->target + (size_t)y * count;
    for (size_t i = 0; i < count; i++) {
      const float value = sums[i] + 0.5f;
      bytes[i] = (uint8_t)(int32_t)(value > 255 ? 255 : value);
    }
  }
}

#if defined(IC_AVX2)
IC_AVX2 static void blur_avx2(const blur *plan) { blur_all(plan); }
#endif
static void blur_baseline(const blur *plan) { blur_all(plan); }

bool ic_blur(
  const uint8_t *source, size_t width, size_t height, const float *weights, size_t radius,
  uint8_t *target
) {
  const size_t count = width * channels;
  blur plan = {
    .source = source, .width = width, .height = height, .radius = radius, .weights = weights,
    .target = target,
  };
  plan.padded = malloc(sizeof(float) * (count + 2 * radius * channels));
  plan.rows = malloc(sizeof(float) * count * (2 * radius + 1));
  plan.sums = malloc(sizeof(float) * count);
  const bool done = plan.padded != NULL && plan.rows != NULL && plan.sums != NULL;
  if (done) {
#if defined(IC_AVX2)
    if (__builtin_cpu_supports("avx2")) {
      blur_avx2(&plan);
    } else {
      blur_baseline(&plan);
    }
#else
    blur_baseline(&plan);
#endif
  }
  free(plan.padded);
  free(plan.rows);
  free(plan.sums);
  return done;
}
