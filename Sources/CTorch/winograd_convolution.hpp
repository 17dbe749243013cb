// Winograd's convolution on tensors; see ct_winograd.cpp.
#ifndef CTORCH_WINOGRAD_CONVOLUTION_HPP
#define CTORCH_WINOGRAD_CONVOLUTION_HPP

#include "shim.hpp"

namespace ct {

// Whether a convolution of 3x3 with stride 1 and padding 1 is done faster so than in `dtype`.
bool winograd_pays(at::TensorList pictures, const at::Tensor &weight, at::ScalarType dtype);

// The same for one that LibTorch would do as well, autocast considered.
bool winograd_suits(at::TensorList pictures, const at::Tensor &weight);

// The convolution of each of the pictures by the same weights, plus bias (may be undefined), at
// least 0 if asked; recorded for differentiation where LibTorch's own would be.
std::vector<at::Tensor> winograd_convolution(at::TensorList pictures, const at::Tensor &weight,
                                             const at::Tensor &bias, bool rectified);

// The weights of one convolution, transformed once for many passes without differentiation.
class WinogradWeights {
 public:
  // weight: [out, in, 3, 3] float32, in channels-last order.
  explicit WinogradWeights(const at::Tensor &weight);
  ~WinogradWeights();
  int64_t inputs() const;
  int64_t outputs() const;

  // The convolution of each of the pictures (channels-last) plus bias (may be undefined) and what is
  // added (none, or one alike each result), at least 0 if asked. With `wanted` ([N, 1, H, W] float32
  // for each of the pictures) only tiles with a place that is not 0 there; the others are 0.
  std::vector<at::Tensor> convolve(at::TensorList pictures, const at::Tensor &bias,
                                   at::TensorList added, bool rectified, at::ScalarType dtype,
                                   at::TensorList wanted) const;

 private:
  struct Transformed;
  std::unique_ptr<Transformed> transformed_;
};

}  // namespace ct

#endif
