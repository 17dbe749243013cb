// Winograd's convolution on tensors: tiles, threads, memory, and its place in autograd.
//
// The loops are in winograd_body.h. Pictures of several sizes go through together, as the levels of
// a pyramid do through a head: the weights are transformed once, and their gradient is one sum. No
// result depends on the number of threads.
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include "winograd_convolution.hpp"
#include "winograd_tiles.hpp"

using namespace ct;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

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

// The gradients of `channels` outputs from `start`: of the taps [out][3][3][in], and of the bias
// unless that is null.
void learn_group(const Planes &in, const Planes &slopes, const Work &work, int64_t start,
                 int64_t channels, float *taps, float *bias) {
  constexpr int64_t most_floats = int64_t(1) << 20, least_tiles = 32;
  constexpr int64_t tiles_of_task = 8, rows_of_task = 48;
  const winograd::Kernels &all = winograd_kernels();
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

const winograd::Kernels &ct::winograd_kernels() {
  static const winograd::Kernels *best = find_kernels(nullptr);
  return chosen ? *chosen : *best;
}

bool ct::winograd_pays(at::TensorList pictures, const at::Tensor &weight, at::ScalarType dtype) {
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
  if (dtype != at::kFloat && dtype != at::kBFloat16) return false;  // float16 by autocast
  if (mode == CT_WINOGRAD_ALWAYS) return true;
  return tiles >= (dtype == at::kFloat ? least_tiles : least_tiles_bfloat16) &&
         weight.size(0) >= least_channels && weight.size(1) >= least_channels;
}

bool ct::winograd_suits(at::TensorList pictures, const at::Tensor &weight) {
  if (pictures.empty()) return false;
  // LibTorch refuses short pictures with float32 weights but under autocast; so it is to stay.
  if (mode != CT_WINOGRAD_ALWAYS && pictures[0].scalar_type() != at::kFloat &&
      !at::autocast::is_autocast_enabled(at::kCPU))
    return false;
  return winograd_pays(pictures, weight, result_dtype(pictures[0]));
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

const char *ct_winograd_instruction_set(void) { return winograd_kernels().name; }

bool ct_choose_winograd_instruction_set(const char *name) {
  auto found = name ? find_kernels(name) : nullptr;
  if (found || !name) chosen = found;
  return found || !name;
}
