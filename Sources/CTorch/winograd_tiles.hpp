// Pictures cut into the tiles of Winograd's convolution, and tiles taken through its three stages.
//
// Pictures of several sizes go through together, as the levels of a pyramid do through a head.
#ifndef CTORCH_WINOGRAD_TILES_HPP
#define CTORCH_WINOGRAD_TILES_HPP

#include <algorithm>
#include <numeric>

#include "in_parallel.hpp"
#include "shim.hpp"
#include "winograd.h"

namespace ct {

// The kernels of the calling thread's choice, the best there are without one.
const winograd::Kernels &winograd_kernels();

using winograd::Window;

inline int64_t divided_up(int64_t count, int64_t size) { return (count + size - 1) / size; }
inline int64_t to_panels(int64_t channels) {
  return divided_up(channels, winograd_kernels().panel) * winograd_kernels().panel;
}

// A buffer that says nothing of its contents, from the allocator that keeps memory.
class Scratch {
 public:
  explicit Scratch(int64_t floats)
      : memory_(at::getCPUAllocator()->allocate(
            std::max<size_t>(size_t(floats) * sizeof(float), least_kept))) {}
  float *data() const { return (float *)memory_.get(); }

 private:
  static constexpr size_t least_kept = size_t(1) << 20;  // smaller blocks it gives back
  c10::DataPtr memory_;
};

// One tensor of pictures, cut into tiles.
struct Plane {
  char *data;
  const char *beside;  // as a window's
  int64_t height, width, rows, columns;
  int64_t first;  // the number of its first tile
};

// Pictures of one number of channels, and the tiles of all of them in a row.
struct Planes {
  std::vector<Plane> planes;
  int64_t channels = 0, tiles = 0;
  bool bfloat16 = false;

  Planes(at::TensorList pictures, at::TensorList beside = {}) {
    channels = pictures[0].size(1);
    bfloat16 = pictures[0].scalar_type() == at::kBFloat16;
    for (size_t i = 0; i < pictures.size(); ++i) {
      const at::Tensor &x = pictures[i];
      Plane plane{(char *)x.const_data_ptr(),
                  beside.empty() ? nullptr : (const char *)beside[i].const_data_ptr(),
                  x.size(2), x.size(3), divided_up(x.size(2), winograd::side),
                  divided_up(x.size(3), winograd::side), tiles};
      planes.push_back(plane);
      tiles += x.size(0) * plane.rows * plane.columns;
    }
  }

  const Plane &plane(int64_t tile) const {
    size_t index = planes.size() - 1;
    while (planes[index].first > tile) --index;
    return planes[index];
  }

  // What a tile sees (a frame of one around it), or what it is, from a channel on.
  Window window(int64_t tile, int64_t channel, bool framed) const {
    const Plane &plane = this->plane(tile);
    int64_t place = tile - plane.first, column = place % plane.columns;
    int64_t row = place / plane.columns % plane.rows;
    int64_t image = place / plane.columns / plane.rows;
    int64_t top = winograd::side * row - framed, left = winograd::side * column - framed;
    int64_t size = winograd::side + 2 * framed;
    int64_t pixel = (image * plane.height + top) * plane.width + left;
    int64_t offset = (pixel * channels + channel) * (bfloat16 ? 2 : 4);
    return {plane.data + offset,
            plane.beside ? plane.beside + offset : nullptr,
            plane.width * channels,
            channels,
            int(std::max<int64_t>(0, -top)),
            int(std::min(size, plane.height - top)),
            int(std::max<int64_t>(0, -left)),
            int(std::min(size, plane.width - left))};
  }
};

// Which tiles there is anything to do for. Slopes are 0 in most tiles where a loss looks at few
// places, as that of boxes does; their products are 0 too, and left out.
struct Work {
  std::vector<int64_t> tiles;

  explicit Work(int64_t count) : tiles(count) { std::iota(tiles.begin(), tiles.end(), 0); }

  // Tiles that have a slope other than 0, or, if framed, see one.
  Work(const Planes &slopes, const std::vector<char> &marks, bool framed) {
    for (int64_t tile = 0; tile < slopes.tiles; ++tile)
      if (framed ? sees_mark(slopes, marks, tile) : marks[tile]) tiles.push_back(tile);
  }

  // Tiles with a cell that is wanted: [N, 1, H, W] float32 for each tensor of pictures, not 0 there.
  Work(const Planes &out, at::TensorList wanted) {
    for (int64_t tile = 0; tile < out.tiles; ++tile) {
      size_t index = 0;
      while (index + 1 < out.planes.size() && out.planes[index + 1].first <= tile) ++index;
      const Plane &plane = out.planes[index];
      int64_t place = tile - plane.first, column = place % plane.columns;
      int64_t row = place / plane.columns % plane.rows, image = place / plane.columns / plane.rows;
      auto marks = wanted[index].const_data_ptr<float>() + image * plane.height * plane.width;
      int64_t top = row * winograd::side, left = column * winograd::side;
      bool any = false;
      for (int64_t y = top; y < std::min(top + winograd::side, plane.height); ++y)
        for (int64_t x = left; x < std::min(left + winograd::side, plane.width); ++x)
          any |= marks[y * plane.width + x] != 0;
      if (any) tiles.push_back(tile);
    }
  }

  int64_t count() const { return tiles.size(); }

  static std::vector<char> marks(const Planes &slopes) {
    std::vector<char> marks(slopes.tiles);
    auto any = winograd_kernels().any;
    in_parallel(slopes.tiles, 16, [&](int64_t tile) {
      marks[tile] = any(slopes.window(tile, 0, false), slopes.bfloat16, slopes.channels);
    });
    return marks;
  }

 private:
  static bool sees_mark(const Planes &slopes, const std::vector<char> &marks, int64_t tile) {
    const Plane &plane = slopes.plane(tile);
    int64_t place = tile - plane.first, column = place % plane.columns;
    int64_t row = place / plane.columns % plane.rows;
    for (int64_t down = -(row > 0); down <= (row + 1 < plane.rows); ++down)
      for (int64_t right = -(column > 0); right <= (column + 1 < plane.columns); ++right)
        if (marks[tile + down * plane.columns + right]) return true;
    return false;
  }
};

// Tiles transformed: for each point a matrix of tiles by channels, padded with zeros. Rows begin a
// line of the cache further than they would, so that they do not all fall into one set of it.
struct Spectrum {
  int64_t row, point;
  float *data;

  static int64_t floats(int64_t tiles, int64_t channels) {
    return winograd::points * tiles * (channels + 16);
  }
  Spectrum(int64_t tiles, int64_t padded, float *memory)
      : row(padded + 16), point(tiles * (padded + 16)), data(memory) {}
  float *tile(int64_t index) const { return data + index * row; }
};

// The weights as convolve wants them, transformed; turned for the way back.
inline Scratch packed(const at::Tensor &weight, bool turned) {
  winograd::Weights weights{weight.const_data_ptr<float>(), weight.size(0), weight.size(1)};
  int64_t depth = to_panels(turned ? weights.outputs : weights.inputs);
  int64_t panels = to_panels(turned ? weights.inputs : weights.outputs) / winograd_kernels().panel;
  Scratch memory(winograd::points * panels * winograd_kernels().panel * depth);
  auto pack = turned ? winograd_kernels().pack_turned : winograd_kernels().pack;
  in_parallel(panels, 1, [&](int64_t panel) {
    pack(weights, panel, depth, panels, memory.data());
  });
  return memory;
}

// How many outputs go through at once: their transformed weights stay in the cache of all cores.
inline int64_t group_of(int64_t depth) {
  constexpr int64_t most_weights = int64_t(1) << 16;  // of each point: 9 MiB in all
  return std::max<int64_t>(most_weights / depth / winograd_kernels().panel, 1) * winograd_kernels().panel;
}

// Each thread takes some tiles through all three stages, while they lie in its own cache.
inline void convolve(const Planes &in, const Work &work, const Scratch &weights, const float *bias,
              bool rectified, const Planes &out) {
  if (work.tiles.empty()) return;
  constexpr int64_t most_floats = 24 * 36 * 512, rows_of_block = 12;
  const winograd::Kernels &all = winograd_kernels();
  int64_t depth = to_panels(in.channels), width = to_panels(out.channels);
  int64_t group = std::min(group_of(depth), width);
  int64_t most = most_floats / winograd::points / (depth + group) / rows_of_block * rows_of_block;
  most = std::clamp<int64_t>(most, 2 * rows_of_block, 8 * rows_of_block);
  int64_t share = divided_up(work.count(), divided_up(work.count(), most));
  share = divided_up(share, rows_of_block) * rows_of_block;
  for (int64_t start = 0; start < width; start += group) {
    int64_t padded = std::min(group, width - start);
    int64_t channels = std::min(padded, out.channels - start);
    in_parallel(divided_up(work.count(), share), 1, [&](int64_t task) {
      int64_t count = std::min(share, work.count() - task * share);
      const int64_t *tiles = work.tiles.data() + task * share;
      Scratch memory(Spectrum::floats(share, depth) + Spectrum::floats(share, padded));
      Spectrum inputs(share, depth, memory.data());
      Spectrum outputs(share, padded, memory.data() + Spectrum::floats(share, depth));
      for (int64_t i = 0; i < count; ++i)
        all.gather(in.window(tiles[i], 0, true), in.bfloat16, in.channels, depth, inputs.tile(i),
                   inputs.point);
      all.multiply({inputs.data, inputs.row, inputs.point, weights.data() + start * depth,
                    width * depth, outputs.data, outputs.row, outputs.point, count,
                    padded / all.panel, depth});
      for (int64_t i = 0; i < count; ++i)
        all.scatter(outputs.tile(i), outputs.point, channels, bias ? bias + start : nullptr,
                    rectified, out.window(tiles[i], start, false), out.bfloat16);
    });
  }
}

inline std::vector<at::Tensor> in_rows(at::TensorList pictures) {
  std::vector<at::Tensor> result;
  for (const at::Tensor &x : pictures) result.push_back(x.contiguous(at::MemoryFormat::ChannelsLast));
  return result;
}

inline std::vector<at::Tensor> like(at::TensorList pictures, int64_t channels, at::ScalarType dtype) {
  std::vector<at::Tensor> result;
  for (const at::Tensor &x : pictures)
    result.push_back(at::empty({x.size(0), channels, x.size(2), x.size(3)},
                               at::TensorOptions(dtype).memory_format(
                                   at::MemoryFormat::ChannelsLast)));
  return result;
}


}  // namespace ct

#endif
