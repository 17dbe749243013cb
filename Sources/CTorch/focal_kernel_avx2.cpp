// The fused focal loss for x86-64 with AVX2 and FMA.
#include "focal_kernel.h"

#if defined(__x86_64__)
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#define FOCAL_FMA 1
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "focal_machine.h"
namespace focal {
namespace {
using Machine = Vectors<8>;
}
}  // namespace focal
#include "focal_kernel_body.h"
#pragma clang attribute pop

namespace focal {
const Kernels *avx2() {
  static const Kernels kernels{"AVX2", chunk<float>, chunk<uint16_t>, row_sums};
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels : nullptr;
}
}  // namespace focal
#else
const focal::Kernels *focal::avx2() { return nullptr; }
#endif
