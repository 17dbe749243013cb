// Convolutions in 8-bit integers by oneDNN's kernels, and numbers from and to 8 bits.
//
// The kernels are those that LibTorch registers for its compiler. Sums are 32-bit integers and exact;
// what is lost is lost in rounding pictures and weights.
#include "operators.hpp"

#include "../CTorch/in_parallel.hpp"

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

// Elements lie as in x; blocks of a size that is worth a thread's while.
template <typename Work> void in_blocks(const at::Tensor &x, const Work &work) {
  constexpr int64_t block = 1 << 14;
  int64_t count = x.numel();
  in_parallel((count + block - 1) / block, 4, [&](int64_t index) {
    work(index * block, std::min(count, (index + 1) * block));
  });
}

inline float single(float value) { return value; }
inline float single(c10::BFloat16 value) { return float(value); }

template <typename Element> at::Tensor quantized(const at::Tensor &x, double scale, int64_t zero) {
  at::Tensor result = at::empty_like(x, x.options().dtype(at::kByte));
  auto from = x.const_data_ptr<Element>();
  auto to = result.mutable_data_ptr<uint8_t>();
  float factor = float(1 / scale), shift = float(zero);
  in_blocks(x, [=](int64_t start, int64_t end) {
    for (int64_t i = start; i < end; ++i) {
      float value = std::nearbyint(single(from[i]) * factor) + shift;
      // NaN fails both comparisons and becomes 0.
      to[i] = value > 255 ? 255 : value > 0 ? uint8_t(value) : 0;
    }
  });
  return result;
}

template <typename Element>
at::Tensor dequantized(const at::Tensor &x, double scale, int64_t zero, at::ScalarType dtype) {
  at::Tensor result = at::empty_like(x, x.options().dtype(dtype));
  auto from = x.const_data_ptr<uint8_t>();
  auto to = result.mutable_data_ptr<Element>();
  Element values[256];
  for (int64_t code = 0; code < 256; ++code) values[code] = Element(float((code - zero) * scale));
  in_blocks(x, [&](int64_t start, int64_t end) {
    for (int64_t i = start; i < end; ++i) to[i] = values[from[i]];
  });
  return result;
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

ct_status ct_quantize(const ct_tensor *x, double scale, int64_t zero, ct_tensor **out) {
  return giving(out, [&] {
    const at::Tensor &value = x->value;
    if (value.scalar_type() == at::kBFloat16) return quantized<c10::BFloat16>(value, scale, zero);
    return quantized<float>(value.to(at::kFloat), scale, zero);
  });
}

ct_status ct_dequantize(const ct_tensor *x, double scale, int64_t zero, int32_t dtype,
                        ct_tensor **out) {
  return giving(out, [&] {
    if (dtype == CT_BFLOAT16)
      return dequantized<c10::BFloat16>(x->value, scale, zero, at::kBFloat16);
    return dequantized<float>(x->value, scale, zero, at::kFloat);
  });
}
