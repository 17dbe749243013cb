// Convolutions of 3x3 with stride 1 and padding 1 by Winograd's minimal filtering, F(4x4, 3x3):
// 36 products give 16 outputs of a channel, where the definition takes 144 (Winograd 1980; Lavin and
// Gray 2016, section 4.3). A tile is 4x4 outputs and the 6x6 inputs they see.
//
// Everything is done in float32; pictures may be bfloat16, in channels-last order. Channels are the
// lanes of all transforms, and the inner dimension of the 36 matrix products between them.
#ifndef WINOGRAD_H
#define WINOGRAD_H

#include <cstdint>

namespace winograd {

constexpr int64_t points = 36;
constexpr int64_t side = 4;  // of a tile's outputs

// A part of a picture: what is outside of the bounds counts as 0, and is not written.
struct Window {
  void *data;              // where row 0, column 0 would be, and channel 0
  // Of the same layout, or none. Reading: where it is 0 or less, data counts as 0. Writing: what is
  // added to the outputs.
  const void *beside;
  int64_t row, column;     // elements from one row or column to the next
  int first_row, rows, first_column, columns;  // bounds: first_row <= row < rows
};

// A matrix product of all points at once; a(r, k) * b(k, c), c over whole panels.
struct Product {
  const float *a;
  int64_t a_row, a_point;  // from one row, one point to the next
  const float *b;  // [panel][k][panel width]
  int64_t b_point;
  float *c;
  int64_t c_row, c_point;
  int64_t rows, panels, depth;
};

// a(k, r) * b(k, c) of one point, added to c or put there.
struct Accumulation {
  const float *a;
  int64_t a_depth;
  const float *b;
  int64_t b_depth;
  float *c;
  int64_t c_row;
  int64_t rows, panels, depth;
  bool adds;
};

struct Weights {
  const float *taps;  // [out][3][3][in]
  int64_t outputs, inputs;
};

// For one kind of processor. `padded` counts are multiples of `panel`; what is beyond is 0.
struct Kernels {
  const char *name;
  int64_t panel;
  // Inputs of a tile, its window being 6x6, -> padded channels of each point, `point` apart.
  void (*gather)(const Window &, bool bfloat16, int64_t channels, int64_t padded, float *to,
                 int64_t point);
  // Channels of each point -> outputs of a tile, plus bias (or none) and what is beside it, at least 0
  // if asked.
  void (*scatter)(const float *from, int64_t point, int64_t channels, const float *bias,
                  bool rectified, const Window &, bool bfloat16);
  // Slopes of a tile's outputs -> padded channels of each point; added up into sums, if any.
  void (*spread)(const Window &, bool bfloat16, int64_t channels, int64_t padded, float *to,
                 int64_t point, float *sums);
  // Whether anything in a tile is not 0.
  bool (*any)(const Window &, bool bfloat16, int64_t channels);
  void (*multiply)(const Product &);
  void (*accumulate)(const Accumulation &);
  // Weights -> [point][panel of outputs][padded inputs][panel width], of one panel.
  void (*pack)(const Weights &, int64_t panel, int64_t padded, int64_t panels, float *to);
  // The same for the slopes: turned around, inputs and outputs exchanged.
  void (*pack_turned)(const Weights &, int64_t panel, int64_t padded, int64_t panels, float *to);
  // Slopes of [point][out][padded inputs] -> slopes of the taps of one output.
  void (*unpack)(const float *from, int64_t point, int64_t inputs, float *taps);
};

const Kernels *avx512();
const Kernels *avx2();
const Kernels *portable();

}  // namespace winograd

#endif
