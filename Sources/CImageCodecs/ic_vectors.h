#ifndef IC_VECTORS_H
#define IC_VECTORS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "CImageCodecs.h"

// Each product is rounded before it is added, on every machine: fused multiply-adds would make the
// pixels depend on the processor.
#pragma STDC FP_CONTRACT OFF

// The same source is compiled for several instruction sets: what is IC_KERNEL is inlined into a
// caller that is compiled for one of them.
#define IC_KERNEL static inline __attribute__((always_inline))

#if defined(__x86_64__)
#define IC_X86 1
#define IC_AVX2 __attribute__((target("avx2")))
#define IC_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2")))
#else
#define IC_X86 0
#endif

typedef uint8_t u8x4 __attribute__((vector_size(4)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef int32_t i32x16 __attribute__((vector_size(64)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef float f32x8 __attribute__((vector_size(32)));
typedef float f32x16 __attribute__((vector_size(64)));

enum { lanes = 16, channels = 3 };

/// What this processor has, and the caller allows.
static inline ic_machine ic_this_machine(ic_machine at_most) {
#if IC_X86
  if (at_most >= IC_WITH_AVX512 && __builtin_cpu_supports("avx512f")
    && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
    && __builtin_cpu_supports("avx512dq")) {
    return IC_WITH_AVX512;
  }
  if (at_most >= IC_WITH_AVX2 && __builtin_cpu_supports("avx2")) return IC_WITH_AVX2;
#else
  (void)at_most;
#endif
  return IC_BASELINE;
}

// Through a pointer, since a vector as result would have another ABI with another instruction set.
IC_KERNEL void widen(const uint8_t *bytes, f32x16 *values) {
  u8x16 loaded;
  memcpy(&loaded, bytes, sizeof loaded);
  *values = __builtin_convertvector(__builtin_convertvector(loaded, i32x16), f32x16);
}

#endif
