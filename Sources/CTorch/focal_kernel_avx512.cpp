// The fused focal loss for x86-64 with AVX-512 (F, BW, DQ, VL).
#include "focal_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#define FOCAL_FMA 1
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)
#include "focal_machine.h"
#include "focal_machine_avx512.h"
#include "focal_kernel_body.h"
#pragma clang attribute pop

namespace focal {
const Kernels *avx512() {
  static const Kernels kernels{"AVX-512", chunk<float>, chunk<uint16_t>, row_sums};
  bool there = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return there ? &kernels : nullptr;
}
}  // namespace focal
#else
const focal::Kernels *focal::avx512() { return nullptr; }
#endif
