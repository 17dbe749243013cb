#ifndef IC_FILTER_H
#define IC_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// For each place of the target: `taps` weights over the source from `first` on, padded with zeros.
typedef struct ic_filter {
  uint32_t taps;
  uint32_t *first;
  float *weights;
} ic_filter;

/// The triangle filter with half-pixel centres, as Pillow (`precompute_coeffs`) and PyTorch
/// (`_upsample_bilinear2d_aa`) define it: support 1 when enlarging, the scale when shrinking.
///
/// `first` has `room` entries; past `target` they are 0. Returns false where memory ran out; `filter`
/// is then empty.
bool ic_filter_make(uint32_t source, uint32_t target, size_t room, ic_filter *filter);
void ic_filter_drop(ic_filter *filter);

#endif
