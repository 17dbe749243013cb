// Convolutions in float32 and bfloat16 whose weights are packed once.
//
// 3x3 of stride 1 go by Winograd's filtering where that is faster (decision 0008), all others by
// oneDNN's own kernels, which LibTorch registers for its compiler: bias, addition and ReLU are done
// while the sums are still in registers, and the weights lie in the order the kernel reads them.
#include <ATen/core/dispatch/Dispatcher.h>

#include "../CTorch/winograd_convolution.hpp"
#include "include/CTorchInference.h"
#include "operators.hpp"

using namespace ct;

struct ct_packed_convolution {
  at::Tensor weight, bias;  // float32, channels-last
  ct_convolution_window window;
  at::ScalarType dtype;
  bool may_filter;
  // Made when first needed: by Winograd's filtering, and by the definition.
  std::unique_ptr<WinogradWeights> transformed;
  at::Tensor packed, packed_bias;

  bool filters(at::TensorList pictures) const {
    return may_filter && winograd_pays(pictures, weight, dtype);
  }

  // The order oneDNN likes best for pictures of this size; other sizes are served by it too.
  void pack(const at::Tensor &picture) {
    if (packed.defined()) return;
    int64_t stride = window.stride, padding = window.padding, dilation = window.dilation;
    auto taps = weight.to(dtype).contiguous(at::MemoryFormat::ChannelsLast);
    packed = operators::reorder_weight(taps, {padding, padding}, {stride, stride},
                                       {dilation, dilation}, window.groups, picture.sizes());
    packed_bias = bias.defined() ? bias.to(dtype) : at::Tensor();
  }
};

ct_status ct_packed_convolution_new(const ct_tensor *weight, const ct_tensor *bias,
                                    ct_convolution_window window, int32_t dtype,
                                    ct_packed_convolution **out) {
  return guarded([&] {
    auto made = std::make_unique<ct_packed_convolution>();
    // Copies: whoever trains on changes the originals.
    made->weight = weight->value.detach().clone(at::MemoryFormat::ChannelsLast);
    if (bias) made->bias = bias->value.detach().clone(at::MemoryFormat::Contiguous);
    made->window = window;
    made->dtype = at::ScalarType(dtype);
    made->may_filter = window.stride == 1 && window.padding == 1 && window.dilation == 1 &&
                       window.groups == 1 && weight->value.size(2) == 3;
    *out = made.release();
  });
}

void ct_packed_convolution_free(ct_packed_convolution *convolution) { delete convolution; }

bool ct_packed_convolution_filters(const ct_packed_convolution *convolution, ct_tensors pictures,
                                   ptrdiff_t count) {
  return convolution->filters(list(pictures, count));
}

ct_status ct_packed_convolution_run(ct_packed_convolution *convolution, ct_tensors pictures,
                                    ptrdiff_t count, const ct_tensor *const *added, bool rectified,
                                    int32_t dtype, const ct_tensor *const *wanted,
                                    ct_tensor **out) {
  return guarded([&] {
    at::InferenceMode mode;
    auto result_dtype = at::ScalarType(dtype);
    auto values = list(pictures, count);
    for (at::Tensor &value : values) value = value.contiguous(at::MemoryFormat::ChannelsLast);
    std::vector<at::Tensor> others, marks, results;
    if (added) others = list(added, count);
    for (at::Tensor &other : others)
      other = other.to(result_dtype).contiguous(at::MemoryFormat::ChannelsLast);
    if (wanted) marks = list(wanted, count);
    if (convolution->filters(values)) {
      if (!convolution->transformed)
        convolution->transformed = std::make_unique<WinogradWeights>(convolution->weight);
      results = convolution->transformed->convolve(values, convolution->bias, others, rectified,
                                                   result_dtype, marks);
    } else {
      ct_convolution_window window = convolution->window;
      for (ptrdiff_t i = 0; i < count; ++i) {
        at::Tensor x = values[i].to(convolution->dtype);
        convolution->pack(x);
        at::Tensor other = others.empty() ? at::Tensor() : others[i];
        // Channels in groups and an addition in one pass LibTorch has in float32 only.
        bool apart = other.defined() && (window.groups > 1 || other.scalar_type() != x.scalar_type());
        at::Tensor y = operators::convolve(x, apart ? at::Tensor() : other, convolution->packed,
                                           convolution->packed_bias, window, rectified && !apart);
        y = y.to(result_dtype);
        if (apart) y.add_(other);
        if (apart && rectified) y.relu_();
        results.push_back(y);
      }
    }
    hand_over(results, out);
  });
}
