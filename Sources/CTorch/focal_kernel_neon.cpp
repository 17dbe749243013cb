// The fused focal loss for ARM64, where NEON and its fused multiply-add are always there.
#include "focal_kernel.h"

#if defined(__aarch64__)
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#define FOCAL_FMA 1
#include "focal_machine.h"
namespace focal {
namespace {
using Machine = Vectors<4>;
}
}  // namespace focal
#include "focal_kernel_body.h"

namespace focal {
const Kernels *neon() {
  static const Kernels kernels{"NEON", chunk<float>, chunk<uint16_t>, row_sums};
  return &kernels;
}
}  // namespace focal
#else
const focal::Kernels *focal::neon() { return nullptr; }
#endif
