// LibTorch's fused convolutions, found by name in its table of operators: they have no header.
#ifndef CTORCH_INFERENCE_OPERATORS_HPP
#define CTORCH_INFERENCE_OPERATORS_HPP

#include <ATen/core/dispatch/Dispatcher.h>

#include "../CTorch/shim.hpp"
#include "include/CTorchInference.h"

namespace ct {

// Handles for several results, or, when memory runs out, none.
inline void hand_over(const std::vector<at::Tensor> &results, ct_tensor **out) {
  std::vector<std::unique_ptr<ct_tensor>> handles;
  for (const at::Tensor &y : results) handles.push_back(std::make_unique<ct_tensor>(ct_tensor{y}));
  for (size_t i = 0; i < handles.size(); ++i) out[i] = handles[i].release();
}

namespace operators {

using Sides = std::array<int64_t, 2>;

inline c10::OperatorHandle find(const char *name, const char *overload = "") {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
}

inline at::Tensor reorder_weight(const at::Tensor &weight, Sides padding, Sides stride,
                                 Sides dilation, int64_t groups, at::IntArrayRef input_size) {
  using Call = at::Tensor(const at::Tensor &, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef,
                          int64_t, at::OptionalIntArrayRef);
  static auto call = find("mkldnn::_reorder_convolution_weight").typed<Call>();
  return call.call(weight, padding, stride, dilation, groups, input_size);
}

// Of packed weights, plus bias and `other` (each may be undefined), at least 0 if asked.
inline at::Tensor convolve(const at::Tensor &x, const at::Tensor &other, const at::Tensor &weight,
                           const at::Tensor &bias, const ct_convolution_window &window,
                           bool rectified) {
  using Scalars = c10::List<std::optional<at::Scalar>>;
  using Text = std::optional<std::string_view>;
  using Alone = at::Tensor(const at::Tensor &, const at::Tensor &,
                           const std::optional<at::Tensor> &, at::IntArrayRef, at::IntArrayRef,
                           at::IntArrayRef, int64_t, std::string_view, Scalars, Text);
  using Added = at::Tensor(const at::Tensor &, const at::Tensor &, const at::Tensor &,
                           const std::optional<at::Tensor> &, at::IntArrayRef, at::IntArrayRef,
                           at::IntArrayRef, int64_t, std::string_view, std::optional<at::Scalar>,
                           Text, Scalars, Text);
  static auto alone = find("mkldnn::_convolution_pointwise").typed<Alone>();
  static auto added = find("mkldnn::_convolution_pointwise", "binary").typed<Added>();
  Sides padding{window.padding, window.padding}, stride{window.stride, window.stride},
      dilation{window.dilation, window.dilation};
  auto shift = bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt;
  if (!other.defined())
    return alone.call(x, weight, shift, padding, stride, dilation, window.groups,
                      rectified ? "relu" : "none", Scalars(), "");
  return added.call(x, other, weight, shift, padding, stride, dilation, window.groups, "add",
                    at::Scalar(1.0), rectified ? Text("relu") : std::nullopt, Scalars(), Text(""));
}

}  // namespace operators
}  // namespace ct

#endif
