// The fused focal loss for any processor: four lanes, in whatever the compiler makes of them.
#include "focal_kernel.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#define FOCAL_FMA 0
#include "focal_machine.h"
namespace focal {
namespace {
using Machine = Vectors<4>;
}
}  // namespace focal
#include "focal_kernel_body.h"

namespace focal {
const Kernels *portable() {
  static const Kernels kernels{"portable", chunk<float>, chunk<uint16_t>, row_sums};
  return &kernels;
}
}  // namespace focal
