// Winograd's convolution for x86-64 with AVX-512: 24 of 32 registers hold sums.
#include "winograd.h"

#if defined(__x86_64__)
#include <algorithm>
#include <cstring>
#include <utility>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)
namespace winograd {
namespace {
constexpr int lanes = 16, block_rows = 12;
}
}  // namespace winograd
#include "winograd_body.h"
#pragma clang attribute pop

const winograd::Kernels *winograd::avx512() {
  static const Kernels all = kernels("AVX-512");
  bool there = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return there ? &all : nullptr;
}
#else
const winograd::Kernels *winograd::avx512() { return nullptr; }
#endif
