// Winograd's convolution on tensors: tiles, threads, memory, and its place in autograd.
//
// The loops are in winograd_body.h. Pictures of several sizes go through together, as the levels of
// a pyramid do through a head: the weights are transformed once, and their gradient is one sum. No
// result depends on the number of threads.
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <numeric>

#include "in_parallel.hpp"
#include "winograd.h"
#include "winograd_convolution.hpp"

using namespace ct;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using winograd::Window;

#if defined(__OPTIMIZE__)
constexpr int32_t usual_mode = CT_WINOGRAD_WHERE_FASTER;
#else
constexpr int32_t usual_mode = CT_WINOGRAD_NEVER;  // without optimisation LibTorch's own is faster
#endif
thread_local int32_t mode = usual_mode;
thread_local const winograd::Kernels *chosen = nullptr;

const winograd::Kernels *find_kernels(const char *name) {
  for (auto found : {winograd::avx512(), winograd::avx2(), winograd::portable()})
    if (found && (!name || strcmp(found->name, name) == 0)) return found;
  return nullptr;
}

const winograd::Kernels &kernels() {
  static const winograd::Kernels *best = find_kernels(nullptr);
  return chosen ? *chosen : *best;
}

int64_t divided_up(int64_t count, int64_t size) { return (count + size - 1) / size; }
int64_t to_panels(int64_t channels) {
  return divided_up(channels, kernels().panel) * kernels().panel;
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
  const char *mask;
  int64_t height, width, rows, columns;
  int64_t first;  // the number of its first tile
};

// Pictures of one number of channels, and the tiles of all of them in a row.
struct Planes {
  std::vector<Plane> planes;
  int64_t channels = 0, tiles = 0;
  bool bfloat16 = false;

  Planes(at::TensorList pictures, at::TensorList masks = {}) {
    channels = pictures[0].size(1);
    bfloat16 = pictures[0].scalar_type() == at::kBFloat16;
    for (size_t i = 0; i < pictures.size(); ++i) {
      const at::Tensor &x = pictures[i];
      Plane plane{(char *)x.const_data_ptr(),
                  masks.empty() ? nullptr : (const char *)masks[i].const_data_ptr(),
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
            plane.mask ? plane.mask + offset : nullptr,
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

  int64_t count() const { return tiles.size(); }

  static std::vector<char> marks(const Planes &slopes) {
    std::vector<char> marks(slopes.tiles);
    auto any = kernels().any;
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
Scratch packed(const at::Tensor &weight, bool turned) {
  winograd::Weights weights{weight.const_data_ptr<float>(), weight.size(0), weight.size(1)};
  int64_t depth = to_panels(turned ? weights.outputs : weights.inputs);
  int64_t panels = to_panels(turned ? weights.inputs : weights.outputs) / kernels().panel;
  Scratch memory(winograd::points * panels * kernels().panel * depth);
  auto pack = turned ? kernels().pack_turned : kernels().pack;
  in_parallel(panels, 1, [&](int64_t panel) {
    pack(weights, panel, depth, panels, memory.data());
  });
  return memory;
}

// How many outputs go through at once: their transformed weights stay in the cache of all cores.
int64_t group_of(int64_t depth) {
  constexpr int64_t most_weights = int64_t(1) << 16;  // of each point: 9 MiB in all
  return std::max<int64_t>(most_weights / depth / kernels().panel, 1) * kernels().panel;
}

// Each thread takes some tiles through all three stages, while they lie in its own cache.
void convolve(const Planes &in, const Work &work, const Scratch &weights, const float *bias,
              bool rectified, const Planes &out) {
  if (work.tiles.empty()) return;
  constexpr int64_t most_floats = 24 * 36 * 512, rows_of_block = 12;
  const winograd::Kernels &all = kernels();
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

// The gradients of `channels` outputs from `start`: of the taps [out][3][3][in], and of the bias
// unless that is null.
void learn_group(const Planes &in, const Planes &slopes, const Work &work, int64_t start,
                 int64_t channels, float *taps, float *bias) {
  constexpr int64_t most_floats = int64_t(1) << 20, least_tiles = 32;
  constexpr int64_t tiles_of_task = 8, rows_of_task = 48;
  const winograd::Kernels &all = kernels();
  int64_t depth = to_panels(in.channels), width = to_panels(channels);
  int64_t share = std::max(most_floats / Spectrum::floats(1, depth + width), least_tiles);
  share = std::min(share, work.count());
  Scratch memory(Spectrum::floats(share, depth) + Spectrum::floats(share, width));
  Spectrum inputs(share, depth, memory.data());
  Spectrum outputs(share, width, memory.data() + Spectrum::floats(share, depth));
  int64_t point = channels * depth, groups = divided_up(channels, rows_of_task);
  Scratch sums(winograd::points * point), shifts(divided_up(share, tiles_of_task) * width);
  std::vector<double> total(channels);
  for (int64_t first = 0; first < work.count(); first += share) {
    int64_t count = std::min(share, work.count() - first);
    int64_t parts = divided_up(count, tiles_of_task);
    in_parallel(parts, 1, [&](int64_t part) {
      float *shift = shifts.data() + part * width;
      std::fill(shift, shift + width, 0.0f);
      int64_t end = std::min((part + 1) * tiles_of_task, count);
      for (int64_t i = part * tiles_of_task; i < end; ++i) {
        int64_t tile = work.tiles[first + i];
        all.gather(in.window(tile, 0, true), in.bfloat16, in.channels, depth, inputs.tile(i),
                   inputs.point);
        all.spread(slopes.window(tile, start, false), slopes.bfloat16, channels, width,
                   outputs.tile(i), outputs.point, bias ? shift : nullptr);
      }
    });
    for (int64_t part = 0; part < parts; ++part)
      for (int64_t channel = 0; channel < channels; ++channel)
        total[channel] += shifts.data()[part * width + channel];
    in_parallel(winograd::points * groups, 1, [&](int64_t task) {
      int64_t p = task / groups, row = task % groups * rows_of_task;
      all.accumulate({outputs.data + p * outputs.point + row, outputs.row,
                      inputs.data + p * inputs.point, inputs.row,
                      sums.data() + p * point + row * depth, depth,
                      std::min(rows_of_task, channels - row), depth / all.panel, count, first > 0});
    });
  }
  in_parallel(channels, 16, [&](int64_t row) {
    all.unpack(sums.data() + row * depth, point, in.channels, taps + row * 9 * in.channels);
  });
  if (bias) std::copy(total.begin(), total.end(), bias);
}

// The gradients of weight and bias (may be undefined) from inputs and the slopes of the outputs.
void learn(const Planes &in, const Planes &slopes, const Work &work, const at::Tensor &weight,
           const at::Tensor &bias) {
  if (work.tiles.empty()) {
    weight.zero_();
    if (bias.defined()) bias.zero_();
    return;
  }
  float *taps = weight.mutable_data_ptr<float>();
  float *shifts = bias.defined() ? bias.mutable_data_ptr<float>() : nullptr;
  int64_t group = group_of(to_panels(in.channels));
  for (int64_t start = 0; start < slopes.channels; start += group)
    learn_group(in, slopes, work, start, std::min(group, slopes.channels - start),
                taps + start * 9 * in.channels, shifts ? shifts + start : nullptr);
}

std::vector<at::Tensor> in_rows(at::TensorList pictures) {
  std::vector<at::Tensor> result;
  for (const at::Tensor &x : pictures) result.push_back(x.contiguous(at::MemoryFormat::ChannelsLast));
  return result;
}

std::vector<at::Tensor> like(at::TensorList pictures, int64_t channels, at::ScalarType dtype) {
  std::vector<at::Tensor> result;
  for (const at::Tensor &x : pictures)
    result.push_back(at::empty({x.size(0), channels, x.size(2), x.size(3)},
                               at::TensorOptions(dtype).memory_format(
                                   at::MemoryFormat::ChannelsLast)));
  return result;
}

at::ScalarType result_dtype(const at::Tensor &picture) {
  return at::autocast::is_autocast_enabled(at::kCPU) ? at::autocast::get_autocast_dtype(at::kCPU)
                                                     : picture.scalar_type();
}

// Pictures and weight in channels-last order.
std::vector<at::Tensor> forward(const std::vector<at::Tensor> &pictures, const at::Tensor &weight,
                                const at::Tensor &bias, bool rectified, at::ScalarType dtype) {
  auto results = like(pictures, weight.size(0), dtype);
  auto shift = bias.defined() ? bias.contiguous() : bias;
  Planes planes(pictures);
  convolve(planes, Work(planes.tiles), packed(weight, false),
           shift.defined() ? shift.const_data_ptr<float>() : nullptr, rectified, Planes(results));
  return results;
}

struct Convolution : torch::autograd::Function<Convolution> {
  static variable_list forward(AutogradContext *context, at::TensorList pictures,
                               const at::Tensor &weight, const std::optional<at::Tensor> &shift,
                               bool rectified) {
    auto bias = shift.value_or(at::Tensor());
    auto dtype = result_dtype(pictures[0]);
    auto saved = in_rows(pictures);
    auto taps = weight.contiguous(at::MemoryFormat::ChannelsLast);
    auto results = ::forward(saved, taps, bias, rectified, dtype);
    context->saved_data["count"] = int64_t(pictures.size());
    context->saved_data["rectified"] = rectified;
    context->saved_data["shifted"] = bias.defined();
    saved.push_back(taps);
    if (rectified) saved.insert(saved.end(), results.begin(), results.end());
    context->save_for_backward(saved);
    return results;
  }

  static variable_list backward(AutogradContext *context, const variable_list &factors) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "this convolution has no second derivative");
    auto saved = context->get_saved_variables();
    size_t count = context->saved_data["count"].toInt();
    bool rectified = context->saved_data["rectified"].toBool();
    auto slopes = in_rows(factors);
    at::ArrayRef<at::Tensor> all(saved);
    auto pictures = all.slice(0, count), masks = rectified ? all.slice(count + 1) : at::TensorList();
    const at::Tensor &weight = saved[count];
    variable_list results(count + 3);
    Planes given(slopes, masks);
    auto marks = Work::marks(given);
    bool wanted = false;
    for (size_t i = 0; i < count; ++i) wanted |= context->needs_input_grad(i);
    if (wanted) {
      auto ways = like(slopes, weight.size(1), pictures[0].scalar_type());
      Work work(given, marks, true);
      if (work.count() < given.tiles)
        for (const at::Tensor &way : ways) way.zero_();
      if (work.count() > 0)
        convolve(given, work, packed(weight, true), nullptr, false, Planes(ways));
      for (size_t i = 0; i < count; ++i)
        if (context->needs_input_grad(i)) results[i] = ways[i];
    }
    bool shifted = context->saved_data["shifted"].toBool() && context->needs_input_grad(count + 1);
    if (context->needs_input_grad(count) || shifted) {
      results[count] = at::empty_like(weight);
      if (shifted) results[count + 1] = at::empty({weight.size(0)}, at::kFloat);
      learn(Planes(pictures), given, Work(given, marks, false), results[count],
            results[count + 1]);
      if (!context->needs_input_grad(count)) results[count] = at::Tensor();
    }
    return results;
  }
};

}  // namespace

bool ct::winograd_suits(at::TensorList pictures, const at::Tensor &weight) {
  // Below, transforming the weights outweighs what is saved; direct bfloat16 is twice as fast.
  constexpr int64_t least_channels = 16, least_tiles = 24, least_tiles_bfloat16 = 64;
  if (mode == CT_WINOGRAD_NEVER || pictures.empty()) return false;
  if (!weight.device().is_cpu() || weight.scalar_type() != at::kFloat || weight.dim() != 4 ||
      weight.size(2) != 3 || weight.size(3) != 3)
    return false;
  int64_t tiles = 0;
  for (const at::Tensor &x : pictures) {
    bool floating = x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16;
    if (!x.device().is_cpu() || !floating || x.dim() != 4 || x.size(1) != weight.size(1) ||
        x.numel() == 0 || x.scalar_type() != pictures[0].scalar_type())
      return false;
    int64_t rows = divided_up(x.size(2), winograd::side);
    tiles += x.size(0) * rows * divided_up(x.size(3), winograd::side);
  }
  auto dtype = result_dtype(pictures[0]);
  if (dtype != at::kFloat && dtype != at::kBFloat16) return false;  // float16 by autocast
  if (mode == CT_WINOGRAD_ALWAYS) return true;
  // LibTorch refuses short pictures with float32 weights but under autocast; so it is to stay.
  if (pictures[0].scalar_type() != at::kFloat && !at::autocast::is_autocast_enabled(at::kCPU))
    return false;
  return tiles >= (dtype == at::kFloat ? least_tiles : least_tiles_bfloat16) &&
         weight.size(0) >= least_channels && weight.size(1) >= least_channels;
}

std::vector<at::Tensor> ct::winograd_convolution(at::TensorList pictures, const at::Tensor &weight,
                                                 const at::Tensor &bias, bool rectified) {
  bool recorded = weight.requires_grad() || (bias.defined() && bias.requires_grad());
  for (const at::Tensor &x : pictures) recorded |= x.requires_grad();
  if (recorded && at::GradMode::is_enabled())
    return Convolution::apply(pictures, weight,
                              bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt,
                              rectified);
  return forward(in_rows(pictures), weight.contiguous(at::MemoryFormat::ChannelsLast), bias,
                 rectified, result_dtype(pictures[0]));
}

void ct_set_winograd(int32_t choice) { mode = choice == CT_WINOGRAD_USUALLY ? usual_mode : choice; }
int32_t ct_winograd(void) { return mode; }

const char *ct_winograd_instruction_set(void) { return kernels().name; }

bool ct_choose_winograd_instruction_set(const char *name) {
  auto found = name ? find_kernels(name) : nullptr;
  if (found || !name) chosen = found;
  return found || !name;
}
