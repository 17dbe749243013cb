// The fused focal loss for x86-64 with AVX-512, its byte permutations (VBMI) and bfloat16.
#include "focal_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#define FOCAL_FMA 1
#define FOCAL_BACKGROUND_TABLES 1
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bf16,fma"))), \
    apply_to = function)
#include "focal_machine.h"
#include "focal_machine_avx512.h"
#include "focal_kernel_body.h"
#pragma clang attribute pop

namespace focal {
const Kernels *avx512_vbmi() {
  static const Kernels kernels{"AVX-512 VBMI", chunk<float>, chunk<uint16_t>, row_sums};
  bool there = avx512() && __builtin_cpu_supports("avx512vbmi") &&
               __builtin_cpu_supports("avx512bf16");
  return there ? &kernels : nullptr;
}
}  // namespace focal
#else
const focal::Kernels *focal::avx512_vbmi() { return nullptr; }
#endif
