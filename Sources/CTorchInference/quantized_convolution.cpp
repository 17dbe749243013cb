// Convolutions in 8-bit integers by oneDNN's kernels.
//
// The kernels are those that LibTorch registers for its compiler. Sums are 32-bit integers and exact;
// what is lost is lost in rounding pictures and weights.
#include "operators.hpp"

using namespace ct;

struct ct_quantized_convolution {
  at::Tensor weight, scales, bias;  // int8 channels-last, float32, float32 or undefined
  ct_convolution_window window;
  double scale;
  int64_t zero;
  at::Tensor packed, zeros;  // made with the first pictures
};

namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;
using Text = std::optional<std::string_view>;

at::Tensor prepack(const ct_quantized_convolution &c, const at::Tensor &picture) {
  using Call = at::Tensor(at::Tensor, at::Tensor, double, int64_t, at::List<int64_t>,
                          at::List<int64_t>, at::List<int64_t>, int64_t,
                          std::optional<at::List<int64_t>>);
  static auto call = operators::find("onednn::qconv_prepack").typed<Call>();
  at::List<int64_t> stride({c.window.stride, c.window.stride}),
      padding({c.window.padding, c.window.padding}),
      dilation({c.window.dilation, c.window.dilation}),
      shape({picture.size(0), picture.size(1), picture.size(2), picture.size(3)});
  return call.call(c.weight, c.scales, c.scale, c.zero, stride, padding, dilation,
                   int64_t(c.window.groups), std::optional(shape));
}

at::Tensor convolve(const ct_quantized_convolution &c, const at::Tensor &x, bool rectified,
                    at::ScalarType dtype, double scale, int64_t zero) {
  using Call = at::Tensor(at::Tensor, double, int64_t, at::Tensor, at::Tensor, at::Tensor,
                          std::optional<at::Tensor>, at::List<int64_t>, at::List<int64_t>,
                          at::List<int64_t>, int64_t, double, int64_t,
                          std::optional<at::ScalarType>, std::string_view, Scalars, Text);
  static auto call = operators::find("onednn::qconv2d_pointwise").typed<Call>();
  at::List<int64_t> stride({c.window.stride, c.window.stride}),
      padding({c.window.padding, c.window.padding}),
      dilation({c.window.dilation, c.window.dilation});
  auto shift = c.bias.defined() ? std::optional<at::Tensor>(c.bias) : std::nullopt;
  return call.call(x, c.scale, c.zero, c.packed, c.scales, c.zeros, shift, stride, padding,
                   dilation, int64_t(c.window.groups), scale, zero, dtype,
                   rectified ? "relu" : "none", Scalars(), "");
}

at::Tensor convolve_onto(const ct_quantized_convolution &c, const at::Tensor &x, at::Tensor added,
                         double added_scale, int64_t added_zero, bool rectified, double scale,
                         int64_t zero) {
  using Call = at::Tensor(at::Tensor, double, int64_t, at::Tensor, at::Tensor, at::Tensor,
                          at::Tensor, std::optional<at::Tensor>, at::List<int64_t>,
                          at::List<int64_t>, at::List<int64_t>, int64_t, double, int64_t,
                          std::optional<at::ScalarType>, double, int64_t, std::string_view,
                          std::optional<at::Scalar>, Text, Scalars, Text);
  static auto call = operators::find("onednn::qconv2d_pointwise", "binary").typed<Call>();
  at::List<int64_t> stride({c.window.stride, c.window.stride}),
      padding({c.window.padding, c.window.padding}),
      dilation({c.window.dilation, c.window.dilation});
  auto shift = c.bias.defined() ? std::optional<at::Tensor>(c.bias) : std::nullopt;
  return call.call(x, c.scale, c.zero, c.packed, c.scales, c.zeros, added, shift, stride, padding,
                   dilation, int64_t(c.window.groups), scale, zero, at::kByte, added_scale,
                   added_zero, "sum", at::Scalar(1.0), rectified ? Text("relu") : Text("none"),
                   Scalars(), Text(""));
}

}  // namespace

ct_status ct_quantized_convolution_new(const ct_tensor *weight, const ct_tensor *scales,
                                       const ct_tensor *bias, ct_convolution_window window,
                                       double scale, int64_t zero,
                                       ct_quantized_convolution **out) {
  return guarded([&] {
    auto made = std::make_unique<ct_quantized_convolution>();
    made->weight = weight->value.contiguous();
    made->scales = scales->value.contiguous();
    if (bias) made->bias = bias->value.detach().clone(at::MemoryFormat::Contiguous);
    made->window = window;
    made->scale = scale;
    made->zero = zero;
    made->zeros = at::zeros({weight->value.size(0)}, at::kLong);
    *out = made.release();
  });
}

bool ct_has_fast_int8(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512vnni");
#else
  return false;
#endif
}

void ct_quantized_convolution_free(ct_quantized_convolution *convolution) { delete convolution; }

ct_status ct_quantized_convolution_run(ct_quantized_convolution *convolution,
                                       const ct_tensor *pictures, ct_tensor *added,
                                       double added_scale, int64_t added_zero, bool rectified,
                                       int32_t dtype, double scale, int64_t zero,
                                       ct_tensor **out) {
  return giving(out, [&] {
    at::InferenceMode mode;
    at::Tensor x = pictures->value.contiguous(at::MemoryFormat::ChannelsLast);
    if (!convolution->packed.defined()) convolution->packed = prepack(*convolution, x);
    if (!added) return convolve(*convolution, x, rectified, at::ScalarType(dtype), scale, zero);
    TORCH_CHECK(dtype == CT_UINT8, "what is added to becomes uint8");
    at::Tensor onto = added->value.contiguous(at::MemoryFormat::ChannelsLast);
    return convolve_onto(*convolution, x, onto, added_scale, added_zero, rectified, scale, zero);
  });
}
