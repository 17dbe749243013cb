// Winograd's convolution for x86-64 with AVX2 and FMA: 12 of 16 registers hold sums.
#include "winograd.h"

#if defined(__x86_64__)
#include <algorithm>
#include <cstring>
#include <utility>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
namespace winograd {
namespace {
constexpr int lanes = 8, block_rows = 6;
}
}  // namespace winograd
#include "winograd_body.h"
#pragma clang attribute pop

const winograd::Kernels *winograd::avx2() {
  static const Kernels all = kernels("AVX2");
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &all : nullptr;
}
#else
const winograd::Kernels *winograd::avx2() { return nullptr; }
#endif
