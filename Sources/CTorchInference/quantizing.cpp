// Numbers to 8-bit integers and back, at the speed of memory.
//
// The loops are written so that the compiler makes vectors of them, once for each of the machine's instruction sets:
// all give the same bits.
#include "../CTorch/shim.hpp"
#include "include/CTorchInference.h"

#include <bit>

#include "../CTorch/in_parallel.hpp"

using namespace ct;

namespace {

struct Grid {
  double scale;
  int32_t zero;
};

inline __attribute__((always_inline)) float number(float value) { return value; }
// bfloat16 is the upper half of a float32.
inline __attribute__((always_inline)) float number(uint16_t value) {
  return std::bit_cast<float>(uint32_t(value) << 16);
}

inline __attribute__((always_inline)) void put(float value, float &to) { to = value; }
inline __attribute__((always_inline)) void put(float value, uint16_t &to) {
  auto bits = std::bit_cast<uint32_t>(value);
  to = uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

template <typename Number>
inline __attribute__((always_inline)) void encode(const Number *from, uint8_t *to, int64_t count,
                                                  Grid grid) {
  // Adding and taking off 1.5 * 2^23 rounds to whole numbers, ties to even, below 2^22.
  constexpr float rounding = 12582912, bound = 1024;
  float factor = float(1 / grid.scale), zero = float(grid.zero);
  for (int64_t i = 0; i < count; ++i) {
    float value = number(from[i]) * factor;
    // NaN fails the comparison and becomes the lower end.
    value = value > -bound ? value : -bound;
    value = value < bound ? value : bound;
    value += rounding;
    value -= rounding;
    value += zero;
    value = value > 0 ? value : 0;
    value = value < 255 ? value : 255;
    to[i] = uint8_t(int32_t(value));
  }
}

template <typename Number>
inline __attribute__((always_inline)) void decode(const uint8_t *from, Number *to, int64_t count,
                                                  Grid grid) {
  for (int64_t i = 0; i < count; ++i)
    put(float(double(int32_t(from[i]) - grid.zero) * grid.scale), to[i]);
}

#define CODING(name, attributes)                                                                  \
  template <typename Number>                                                                      \
  attributes void encode_##name(const Number *from, uint8_t *to, int64_t count, Grid grid) {      \
    encode(from, to, count, grid);                                                                \
  }                                                                                               \
  template <typename Number>                                                                      \
  attributes void decode_##name(const uint8_t *from, Number *to, int64_t count, Grid grid) {      \
    decode(from, to, count, grid);                                                                \
  }

CODING(baseline, )
#if defined(__x86_64__)
CODING(avx2, __attribute__((target("avx2"))))
CODING(avx512, __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,prefer-256-bit"))))
#endif

template <typename Number> struct Coding {
  void (*encode)(const Number *, uint8_t *, int64_t, Grid);
  void (*decode)(const uint8_t *, Number *, int64_t, Grid);

  static const Coding &best() {
    static const Coding chosen = [] {
#if defined(__x86_64__)
      if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return Coding{encode_avx512<Number>, decode_avx512<Number>};
      if (__builtin_cpu_supports("avx2")) return Coding{encode_avx2<Number>, decode_avx2<Number>};
#endif
      return Coding{encode_baseline<Number>, decode_baseline<Number>};
    }();
    return chosen;
  }
};

// Blocks of a size that is worth a thread's while.
template <typename Work> void in_blocks(int64_t count, const Work &work) {
  constexpr int64_t block = 1 << 14;
  in_parallel((count + block - 1) / block, 4, [&](int64_t index) {
    int64_t start = index * block;
    work(start, std::min(count - start, block));
  });
}

// Elements lie as in x, without gaps.
at::Tensor dense(const at::Tensor &x) {
  return x.is_non_overlapping_and_dense() ? x : x.contiguous();
}

template <typename Number> at::Tensor quantized(const at::Tensor &x, Grid grid) {
  at::Tensor result = at::empty_like(x, x.options().dtype(at::kByte));
  auto from = static_cast<const Number *>(x.const_data_ptr());
  auto to = result.mutable_data_ptr<uint8_t>();
  auto encode = Coding<Number>::best().encode;
  in_blocks(x.numel(), [=](int64_t start, int64_t count) {
    encode(from + start, to + start, count, grid);
  });
  return result;
}

template <typename Number>
at::Tensor dequantized(const at::Tensor &x, Grid grid, at::ScalarType dtype) {
  at::Tensor result = at::empty_like(x, x.options().dtype(dtype));
  auto from = x.const_data_ptr<uint8_t>();
  auto to = static_cast<Number *>(result.mutable_data_ptr());
  auto decode = Coding<Number>::best().decode;
  in_blocks(x.numel(), [=](int64_t start, int64_t count) {
    decode(from + start, to + start, count, grid);
  });
  return result;
}

}  // namespace

ct_status ct_quantize(const ct_tensor *x, double scale, int64_t zero, ct_tensor **out) {
  return giving(out, [&] {
    Grid grid{scale, int32_t(zero)};
    at::Tensor value = dense(x->value);
    if (value.scalar_type() == at::kBFloat16) return quantized<uint16_t>(value, grid);
    return quantized<float>(value.to(at::kFloat), grid);
  });
}

ct_status ct_dequantize(const ct_tensor *x, double scale, int64_t zero, int32_t dtype,
                        ct_tensor **out) {
  return giving(out, [&] {
    Grid grid{scale, int32_t(zero)};
    at::Tensor value = dense(x->value);
    TORCH_CHECK(value.scalar_type() == at::kByte, "expected uint8, found ", value.scalar_type());
    if (dtype == CT_BFLOAT16) return dequantized<uint16_t>(value, grid, at::kBFloat16);
    return dequantized<float>(value, grid, at::kFloat);
  });
}
