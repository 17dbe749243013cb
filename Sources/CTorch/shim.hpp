// What every C++ file of the shim shares: handles, and the one place where exceptions end.
#ifndef CTORCH_SHIM_HPP
#define CTORCH_SHIM_HPP

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <vector>

#include "include/CTorch.h"

struct ct_tensor {
  at::Tensor value;
};

static_assert(sizeof(ptrdiff_t) == sizeof(int64_t), "shapes are 64-bit");
static_assert(CT_UINT8 == int(at::kByte) && CT_INT8 == int(at::kChar));
static_assert(CT_INT16 == int(at::kShort) && CT_INT32 == int(at::kInt));
static_assert(CT_INT64 == int(at::kLong) && CT_FLOAT16 == int(at::kHalf));
static_assert(CT_FLOAT32 == int(at::kFloat) && CT_FLOAT64 == int(at::kDouble));
static_assert(CT_BOOL == int(at::kBool) && CT_BFLOAT16 == int(at::kBFloat16));
static_assert(CT_ELEMENTWISE == int(at::Reduction::None) && CT_MEAN == int(at::Reduction::Mean));
static_assert(CT_SUM == int(at::Reduction::Sum));

namespace ct {

// A copy of the message; a status without one still carries its code.
inline ct_status record(int32_t code, const char *message) noexcept {
  return {code, strdup(message)};
}

inline bool tells_of_memory(const char *message) noexcept {
  return strstr(message, "can't allocate memory") || strstr(message, "out of memory");
}

template <typename Body> ct_status guarded(Body body) noexcept {
  try {
    body();
    return {CT_OK, nullptr};
  } catch (const c10::OutOfMemoryError &error) {
    return record(CT_OUT_OF_MEMORY, error.what_without_backtrace());
  } catch (const c10::NotImplementedError &error) {
    return record(CT_UNSUPPORTED, error.what_without_backtrace());
  } catch (const c10::Error &error) {
    const char *message = error.what_without_backtrace();
    return record(tells_of_memory(message) ? CT_OUT_OF_MEMORY : CT_INVALID, message);
  } catch (const std::bad_alloc &error) {
    return record(CT_OUT_OF_MEMORY, error.what());
  } catch (const std::exception &error) {
    return record(CT_FAILED, error.what());
  } catch (...) {
    return record(CT_FAILED, "an exception that is not a std::exception");
  }
}

inline void give(ct_tensor **out, at::Tensor value) { *out = new ct_tensor{std::move(value)}; }

// Two results or, when the second allocation fails, none.
inline void give(ct_tensor **first, ct_tensor **second, std::tuple<at::Tensor, at::Tensor> pair) {
  auto one = std::make_unique<ct_tensor>(ct_tensor{std::get<0>(std::move(pair))});
  give(second, std::get<1>(std::move(pair)));
  *first = one.release();
}

// A call that returns one tensor, guarded.
template <typename Body> ct_status giving(ct_tensor **out, Body body) noexcept {
  return guarded([&] { give(out, body()); });
}

inline c10::DimVector sizes(const ptrdiff_t *values, ptrdiff_t count) {
  return c10::DimVector(values, values + count);
}

inline std::optional<at::Tensor> maybe(const ct_tensor *tensor) {
  return tensor ? std::optional<at::Tensor>(tensor->value) : std::nullopt;
}

template <typename Handle> std::vector<at::Tensor> list(Handle *const *tensors, ptrdiff_t count) {
  std::vector<at::Tensor> values;
  values.reserve(count);
  for (ptrdiff_t i = 0; i < count; ++i) values.push_back(tensors[i]->value);
  return values;
}

inline at::Device device(ct_device device) {
  if (device.kind == CT_CPU) return at::Device(at::kCPU);
  return at::Device(at::kCUDA, device.index);
}

inline at::TensorOptions options(int32_t dtype, ct_device where) {
  return at::TensorOptions().dtype(at::ScalarType(dtype)).device(device(where));
}

// Whole numbers stay integers beside an integer tensor, which then keeps its dtype.
inline at::Scalar scalar(const at::Tensor &beside, double value) {
  bool whole = std::abs(value) < 0x1p53 && value == std::trunc(value);
  bool integral = at::isIntegralType(beside.scalar_type(), false);
  return integral && whole ? at::Scalar(int64_t(value)) : at::Scalar(value);
}

} // namespace ct

#endif
