// Winograd's convolution on tensors; see ct_winograd.cpp.
#ifndef CTORCH_WINOGRAD_CONVOLUTION_HPP
#define CTORCH_WINOGRAD_CONVOLUTION_HPP

#include "shim.hpp"

namespace ct {

// Whether a convolution of 3x3 with stride 1 and padding 1 is done faster so, with equal right.
bool winograd_suits(at::TensorList pictures, const at::Tensor &weight);

// The convolution of each of the pictures by the same weights, plus bias (may be undefined), at
// least 0 if asked; recorded for differentiation where LibTorch's own would be.
std::vector<at::Tensor> winograd_convolution(at::TensorList pictures, const at::Tensor &weight,
                                             const at::Tensor &bias, bool rectified);

}  // namespace ct

#endif
