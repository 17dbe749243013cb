// The loops of Winograd's convolution for `lanes` channels at once, `block_rows` rows of a matrix.
// Included by one file for each kind of processor, inside which nothing is visible from outside.
namespace winograd {
namespace {

typedef float Floats __attribute__((vector_size(4 * lanes)));
typedef uint32_t Words __attribute__((vector_size(4 * lanes)));
typedef int32_t Marks __attribute__((vector_size(4 * lanes)));
typedef uint16_t Halves __attribute__((vector_size(2 * lanes)));

constexpr int64_t panel_width = 2 * lanes;

inline Floats load(const float *from) {
  Floats value;
  memcpy(&value, from, sizeof value);
  return value;
}

inline Floats load(const uint16_t *from) {
  Halves value;
  memcpy(&value, from, sizeof value);
  return (Floats)(__builtin_convertvector(value, Words) << 16);
}

template <typename Element> inline Floats load(const Element *from, int64_t count) {
  if (count >= lanes) return load(from);
  Element some[lanes] = {};
  memcpy(some, from, count * sizeof(Element));
  return load(some);
}

inline void store(float *to, Floats value) { memcpy(to, &value, sizeof value); }

// To the nearest, ties to even; no NaN becomes infinite.
inline void store(uint16_t *to, Floats value) {
  Words bits = (Words)value;
  Words odd = (bits >> 16) & 1;
  Words rounded = (bits + 0x7fff + odd) >> 16;
  Words nan = (Words)(value != value);
  Halves halves = __builtin_convertvector((rounded & ~nan) | (nan & 0x7fc0), Halves);
  memcpy(to, &halves, sizeof halves);
}

template <typename Element> inline void store(Element *to, Floats value, int64_t count) {
  if (count >= lanes) return store(to, value);
  Element some[lanes];
  store(some, value);
  memcpy(to, some, count * sizeof(Element));
}

// Lavin and Gray's matrices, applied to a column at `stride` and written at `stride`.

inline void input_line(const Floats *d, int stride, Floats *to, int to_stride) {
  Floats d0 = d[0], d1 = d[stride], d2 = d[2 * stride], d3 = d[3 * stride], d4 = d[4 * stride],
         d5 = d[5 * stride];
  Floats a = d4 - 4 * d2, b = d3 - 4 * d1, c = d4 - d2, e = 2 * (d3 - d1);
  to[0] = 4 * d0 - 5 * d2 + d4;
  to[to_stride] = a + b;
  to[2 * to_stride] = a - b;
  to[3 * to_stride] = c + e;
  to[4 * to_stride] = c - e;
  to[5 * to_stride] = 4 * d1 - 5 * d3 + d5;
}

inline void output_line(const Floats *m, int stride, Floats *to, int to_stride) {
  Floats sum = m[stride] + m[2 * stride], difference = m[stride] - m[2 * stride];
  Floats outer = m[3 * stride] + m[4 * stride], slope = m[3 * stride] - m[4 * stride];
  to[0] = m[0] + sum + outer;
  to[to_stride] = difference + 2 * slope;
  to[2 * to_stride] = sum + 4 * outer;
  to[3 * to_stride] = difference + 8 * slope + m[5 * stride];
}

inline void slope_line(const Floats *y, int stride, Floats *to, int to_stride) {
  Floats y0 = y[0], y1 = y[stride], y2 = y[2 * stride], y3 = y[3 * stride];
  Floats even = y0 + y2, odd = y1 + y3, far_even = y0 + 4 * y2, far_odd = 2 * y1 + 8 * y3;
  to[0] = y0;
  to[to_stride] = even + odd;
  to[2 * to_stride] = even - odd;
  to[3 * to_stride] = far_even + far_odd;
  to[4 * to_stride] = far_even - far_odd;
  to[5 * to_stride] = y3;
}

inline void weight_line(const Floats *g, int stride, Floats *to, int to_stride) {
  Floats g0 = g[0], g1 = g[stride], g2 = g[2 * stride];
  Floats ends = (g0 + g2) * (-1.0f / 6), middle = g1 * (1.0f / 6);
  Floats far_ends = g0 * (1.0f / 24) + g2 * (1.0f / 6), far_middle = g1 * (1.0f / 12);
  to[0] = g0 * 0.25f;
  to[to_stride] = ends - middle;
  to[2 * to_stride] = ends + middle;
  to[3 * to_stride] = far_ends + far_middle;
  to[4 * to_stride] = far_ends - far_middle;
  to[5 * to_stride] = g2;
}

inline void weight_slope_line(const Floats *u, int stride, Floats *to, int to_stride) {
  Floats near = u[stride] + u[2 * stride], far = u[3 * stride] + u[4 * stride];
  Floats turned = u[2 * stride] - u[stride], far_turned = u[3 * stride] - u[4 * stride];
  to[0] = u[0] * 0.25f - near * (1.0f / 6) + far * (1.0f / 24);
  to[to_stride] = turned * (1.0f / 6) + far_turned * (1.0f / 12);
  to[2 * to_stride] = (far - near) * (1.0f / 6) + u[5 * stride];
}

// The elements of a window at a channel, 0 outside of its bounds.
template <typename Element, int size>
inline void read(const Window &window, int64_t channel, int64_t count, Floats (&to)[size * size]) {
  auto data = (const Element *)window.data + channel;
  auto mask = (const Element *)window.beside;
  for (int row = 0; row < size; ++row)
    for (int column = 0; column < size; ++column) {
      Floats value = {};
      if (row >= window.first_row && row < window.rows && column >= window.first_column &&
          column < window.columns) {
        int64_t offset = row * window.row + column * window.column;
        value = load(data + offset, count);
        if (mask) {
          // Where an output was NaN its slope is let through, as LibTorch does.
          Marks below = load(mask + channel + offset, count) <= 0;
          value = (Floats)((Marks)value & ~below);
        }
      }
      to[row * size + column] = value;
    }
}

template <typename Element>
void gather_tile(const Window &window, int64_t channels, float *to, int64_t point) {
  for (int64_t channel = 0; channel < channels; channel += lanes) {
    Floats d[36], columns[36], rows[6];
    read<Element, 6>(window, channel, channels - channel, d);
    for (int column = 0; column < 6; ++column) input_line(d + column, 6, columns + column, 6);
    for (int row = 0; row < 6; ++row) {
      input_line(columns + 6 * row, 1, rows, 1);
      for (int column = 0; column < 6; ++column)
        store(to + (6 * row + column) * point + channel, rows[column]);
    }
  }
}

template <typename Element>
void scatter_tile(const float *from, int64_t point, int64_t channels, const float *bias,
                  bool rectified, const Window &window) {
  auto added = (const Element *)window.beside;
  for (int64_t channel = 0; channel < channels; channel += lanes) {
    int64_t count = channels - channel;
    Floats columns[24], row[4];
    for (int column = 0; column < 6; ++column) {
      Floats m[6];
      for (int line = 0; line < 6; ++line)
        m[line] = load(from + (6 * line + column) * point + channel);
      output_line(m, 1, columns + column, 6);
    }
    Floats shift = {};
    if (bias) shift = load(bias + channel, count);
    for (int line = 0; line < window.rows; ++line) {
      output_line(columns + 6 * line, 1, row, 1);
      for (int column = 0; column < window.columns; ++column) {
        int64_t offset = channel + line * window.row + column * window.column;
        Floats value = row[column] + shift;
        if (added) value += load(added + offset, count);
        // As LibTorch's: NaN stays NaN.
        if (rectified) value = (Floats)((Marks)value & ~(Marks)(value <= 0));
        store((Element *)window.data + offset, value, count);
      }
    }
  }
}

template <typename Element>
void spread_tile(const Window &window, int64_t channels, float *to, int64_t point, float *sums) {
  for (int64_t channel = 0; channel < channels; channel += lanes) {
    Floats y[16], columns[24], rows[6];
    read<Element, 4>(window, channel, channels - channel, y);
    if (sums) {
      Floats sum = load(sums + channel);
      for (Floats value : y) sum += value;
      store(sums + channel, sum);
    }
    for (int column = 0; column < 4; ++column) slope_line(y + column, 4, columns + column, 4);
    for (int row = 0; row < 6; ++row) {
      slope_line(columns + 4 * row, 1, rows, 1);
      for (int column = 0; column < 6; ++column)
        store(to + (6 * row + column) * point + channel, rows[column]);
    }
  }
}

// rows x panel_width of a product; a(r, k) lies at r * a_row + k * a_depth.
template <int rows>
inline void block(const float *a, int64_t a_row, int64_t a_depth, const float *b, int64_t b_depth,
                  int64_t depth, float *c, int64_t c_row, bool adds) {
  Floats left[rows], right[rows];
  for (int row = 0; row < rows; ++row) {
    left[row] = adds ? load(c + row * c_row) : Floats{};
    right[row] = adds ? load(c + row * c_row + lanes) : Floats{};
  }
  for (int64_t k = 0; k < depth; ++k) {
    Floats first = load(b), second = load(b + lanes);
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; ++row) {
      float factor = a[row * a_row];
      left[row] += factor * first;
      right[row] += factor * second;
    }
    a += a_depth;
    b += b_depth;
  }
  for (int row = 0; row < rows; ++row) {
    store(c + row * c_row, left[row]);
    store(c + row * c_row + lanes, right[row]);
  }
}

template <bool rows_adjoin>
inline void rows_of_blocks(const float *a, int64_t a_row, int64_t a_depth, const float *b,
                           int64_t b_depth, int64_t depth, float *c, int64_t c_row, int64_t rows,
                           bool adds) {
  if (rows_adjoin) a_row = 1;
  else a_depth = 1;
  int64_t row = 0;
#define WINOGRAD_BLOCKS(size)                                                               \
  for (; row + size <= rows; row += size)                                                   \
    block<size>(a + row * a_row, a_row, a_depth, b, b_depth, depth, c + row * c_row, c_row, adds);
  WINOGRAD_BLOCKS(block_rows)
  WINOGRAD_BLOCKS(block_rows / 2)
  WINOGRAD_BLOCKS(3)
  WINOGRAD_BLOCKS(1)
#undef WINOGRAD_BLOCKS
}

void multiply_all(const Product &product) {
  for (int64_t point = 0; point < points; ++point)
    for (int64_t panel = 0; panel < product.panels; ++panel)
      rows_of_blocks<false>(
          product.a + point * product.a_point, product.a_row, 1,
          product.b + point * product.b_point + panel * product.depth * panel_width, panel_width,
          product.depth, product.c + point * product.c_point + panel * panel_width, product.c_row,
          product.rows, false);
}

void accumulate_all(const Accumulation &work) {
  for (int64_t panel = 0; panel < work.panels; ++panel)
    rows_of_blocks<true>(work.a, 1, work.a_depth, work.b + panel * panel_width, work.b_depth,
                         work.depth, work.c + panel * panel_width, work.c_row, work.rows,
                         work.adds);
}

inline void store_points(const Floats (&taps)[9], int64_t point_stride, float *to) {
  Floats columns[18], rows[6];
  for (int column = 0; column < 3; ++column) weight_line(taps + column, 3, columns + column, 3);
  for (int row = 0; row < 6; ++row) {
    weight_line(columns + 3 * row, 1, rows, 1);
    for (int column = 0; column < 6; ++column)
      store(to + (6 * row + column) * point_stride, rows[column]);
  }
}

template <size_t... index>
inline Floats interleaved(Floats a, Floats b, int half, std::index_sequence<index...>) {
  // From the first halves of both, or from the second.
  return half == 0 ? __builtin_shufflevector(a, b, (index / 2 + index % 2 * lanes)...)
                   : __builtin_shufflevector(a, b, (index / 2 + lanes / 2 + index % 2 * lanes)...);
}

// Each round of interleaving the rows with those half way down shifts one bit of the row into the
// column.
inline void transpose(Floats (&square)[lanes]) {
  constexpr auto all = std::make_index_sequence<lanes>();
  for (int bit = 1; bit < lanes; bit *= 2) {
    Floats next[lanes];
#pragma clang loop unroll(full)
    for (int row = 0; row < lanes / 2; ++row) {
      next[2 * row] = interleaved(square[row], square[row + lanes / 2], 0, all);
      next[2 * row + 1] = interleaved(square[row], square[row + lanes / 2], 1, all);
    }
    memcpy(square, next, sizeof next);
  }
}

void pack_panel(const Weights &weights, int64_t panel, int64_t padded, int64_t panels, float *to) {
  int64_t point_stride = panels * padded * panel_width;
  float *start = to + panel * padded * panel_width;
  for (int64_t half = 0; half < 2; ++half) {
    int64_t output = panel * panel_width + half * lanes;
    int64_t outputs = std::clamp<int64_t>(weights.outputs - output, 0, lanes);
    for (int64_t input = 0; input < padded; input += lanes) {
      int64_t inputs = std::clamp<int64_t>(weights.inputs - input, 0, lanes);
      Floats taps[9][lanes] = {};
      if (inputs > 0)
        for (int tap = 0; tap < 9; ++tap) {
          for (int64_t row = 0; row < outputs; ++row)
            taps[tap][row] =
                load(weights.taps + ((output + row) * 9 + tap) * weights.inputs + input, inputs);
          transpose(taps[tap]);
        }
      for (int lane = 0; lane < lanes; ++lane) {
        Floats one[9];
        for (int tap = 0; tap < 9; ++tap) one[tap] = taps[tap][lane];
        store_points(one, point_stride, start + (input + lane) * panel_width + half * lanes);
      }
    }
  }
}

void pack_turned_panel(const Weights &weights, int64_t panel, int64_t padded, int64_t panels,
                       float *to) {
  int64_t point_stride = panels * padded * panel_width;
  float *start = to + panel * padded * panel_width;
  for (int64_t output = 0; output < padded; ++output)
    for (int64_t half = 0; half < 2; ++half) {
      int64_t input = panel * panel_width + half * lanes;
      int64_t count = std::clamp<int64_t>(weights.inputs - input, 0, lanes);
      Floats taps[9] = {};
      if (output < weights.outputs && count > 0)
        for (int tap = 0; tap < 9; ++tap)
          taps[8 - tap] = load(weights.taps + (output * 9 + tap) * weights.inputs + input, count);
      store_points(taps, point_stride, start + output * panel_width + half * lanes);
    }
}

void unpack_output(const float *from, int64_t point, int64_t inputs, float *to) {
  for (int64_t input = 0; input < inputs; input += lanes) {
    Floats u[36], columns[18], rows[3];
    for (int index = 0; index < 36; ++index)
      u[index] = load(from + index * point + input);
    for (int column = 0; column < 6; ++column)
      weight_slope_line(u + column, 6, columns + column, 6);
    for (int row = 0; row < 3; ++row) {
      weight_slope_line(columns + 6 * row, 1, rows, 1);
      for (int column = 0; column < 3; ++column)
        store(to + (3 * row + column) * inputs + input, rows[column], inputs - input);
    }
  }
}

// What is beyond the channels is multiplied too, and has to be a number.
inline void clear(int64_t channels, int64_t padded, float *to, int64_t point) {
  int64_t whole = (channels + lanes - 1) / lanes * lanes;
  if (whole == padded) return;
  for (int64_t index = 0; index < points; ++index)
    memset(to + index * point + whole, 0, (padded - whole) * sizeof(float));
}

void gather(const Window &window, bool bfloat16, int64_t channels, int64_t padded, float *to,
            int64_t point) {
  clear(channels, padded, to, point);
  if (bfloat16) gather_tile<uint16_t>(window, channels, to, point);
  else gather_tile<float>(window, channels, to, point);
}

void scatter(const float *from, int64_t point, int64_t channels, const float *bias, bool rectified,
             const Window &window, bool bfloat16) {
  if (bfloat16) scatter_tile<uint16_t>(from, point, channels, bias, rectified, window);
  else scatter_tile<float>(from, point, channels, bias, rectified, window);
}

void spread(const Window &window, bool bfloat16, int64_t channels, int64_t padded, float *to,
            int64_t point, float *sums) {
  clear(channels, padded, to, point);
  if (bfloat16) spread_tile<uint16_t>(window, channels, to, point, sums);
  else spread_tile<float>(window, channels, to, point, sums);
}

template <typename Element> bool any_in_tile(const Window &window, int64_t channels) {
  for (int row = 0; row < window.rows; ++row)
    for (int column = 0; column < window.columns; ++column) {
      auto data = (const Element *)window.data + row * window.row + column * window.column;
      Marks found = {};
      for (int64_t channel = 0; channel < channels; channel += lanes)
        found |= load(data + channel, channels - channel) != 0;
      for (int lane = 0; lane < lanes; ++lane)
        if (found[lane]) return true;
    }
  return false;
}

bool any(const Window &window, bool bfloat16, int64_t channels) {
  return bfloat16 ? any_in_tile<uint16_t>(window, channels) : any_in_tile<float>(window, channels);
}

Kernels kernels(const char *name) {
  return {name,         panel_width,    gather,     scatter,           spread,       any,
          multiply_all, accumulate_all, pack_panel, pack_turned_panel, unpack_output};
}

}  // namespace
}  // namespace winograd
