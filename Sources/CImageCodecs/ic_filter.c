#include "ic_filter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ic_filter_drop(ic_filter *filter) {
  free(filter->first);
  free(filter->weights);
  *filter = (ic_filter){0};
}

bool ic_filter_make(uint32_t source, uint32_t target, size_t room, ic_filter *filter) {
  const double scale = (double)source / target;
  const double support = scale > 1 ? scale : 1;
  double taps = ceil(support) * 2 + 1;
  if (taps > source) taps = source;
  filter->taps = (uint32_t)taps;
  filter->first = calloc(room, sizeof *filter->first);
  filter->weights = calloc((size_t)target * filter->taps, sizeof *filter->weights);
  double *row = malloc(sizeof *row * filter->taps);
  if (filter->first == NULL || filter->weights == NULL || row == NULL) {
    free(row);
    ic_filter_drop(filter);
    return false;
  }
  uint32_t widest = 1;
  for (uint32_t place = 0; place < target; place++) {
    const double centre = (place + 0.5) * scale;
    double low = floor(centre - support + 0.5), high = floor(centre + support + 0.5);
    if (low < 0) low = 0;
    if (high > source) high = source;
    const uint32_t first = (uint32_t)low, count = (uint32_t)(high - low);
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
      const double distance = fabs((first + i + 0.5 - centre) / support);
      row[i] = distance < 1 ? 1 - distance : 0;
      sum += row[i];
    }
    float *weights = filter->weights + (size_t)place * filter->taps;
    for (uint32_t i = 0; i < count; i++) {
      weights[i] = (float)(row[i] / sum);
      if (weights[i] != 0 && i + 1 > widest) widest = i + 1;
    }
    filter->first[place] = first;
  }
  free(row);
  // Rows are stored as wide as the widest really is: enlarging takes 2 taps, not 3.
  for (uint32_t place = 0; place < target; place++) {
    memmove(
      filter->weights + (size_t)place * widest, filter->weights + (size_t)place * filter->taps,
      sizeof *filter->weights * widest);
  }
  filter->taps = widest;
  return true;
}
