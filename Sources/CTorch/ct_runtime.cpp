// Autograd, modes of the calling thread, and the engine as a whole.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <ATen/cpu/Utils.h>
#include <c10/core/InferenceMode.h>
#include <torch/headeronly/version.h>
#include <sys/resource.h>

#include "shim.hpp"

using namespace ct;

struct ct_inference_mode {
  c10::InferenceMode guard{true};
};

// Autograd

bool ct_requires_gradient(const ct_tensor *tensor) { return tensor->value.requires_grad(); }
ct_status ct_set_requires_gradient(ct_tensor *tensor, bool required) {
  return guarded([&] { tensor->value.requires_grad_(required); });
}
bool ct_is_leaf(const ct_tensor *tensor) { return tensor->value.is_leaf(); }

ct_status ct_gradient(const ct_tensor *tensor, ct_tensor **out) {
  return guarded([&] {
    const at::Tensor &gradient = tensor->value.grad();
    *out = gradient.defined() ? new ct_tensor{gradient} : nullptr;
  });
}

ct_status ct_set_gradient(ct_tensor *tensor, const ct_tensor *gradient) {
  return guarded([&] {
    at::Tensor value = gradient ? gradient->value : at::Tensor();
    TORCH_CHECK(!gradient || value.sizes() == tensor->value.sizes(), "the gradient has shape ",
                value.sizes(), ", the tensor ", tensor->value.sizes());
    TORCH_CHECK(!gradient || value.options().type_equal(tensor->value.options()),
                "the gradient has another dtype or device than the tensor");
    tensor->value.mutable_grad() = value;
  });
}

ct_status ct_backward(const ct_tensor *tensor, const ct_tensor *gradient, bool keep_graph) {
  return guarded([&] {
    tensor->value.backward(gradient ? gradient->value : at::Tensor(), keep_graph);
  });
}

// Modes of the calling thread

bool ct_gradient_enabled(void) { return at::GradMode::is_enabled(); }
void ct_set_gradient_enabled(bool enabled) { at::GradMode::set_enabled(enabled); }

ct_status ct_inference_mode_enter(ct_inference_mode **out) {
  return guarded([&] { *out = new ct_inference_mode; });
}
void ct_inference_mode_leave(ct_inference_mode *mode) { delete mode; }

static at::DeviceType device_type(int8_t kind) { return kind == CT_CPU ? at::kCPU : at::kCUDA; }

ct_status ct_autocast_enter(int8_t device_kind, int32_t dtype, ct_autocast_state *previous) {
  return guarded([&] {
    at::DeviceType type = device_type(device_kind);
    *previous = {at::autocast::is_autocast_enabled(type),
                 int32_t(at::autocast::get_autocast_dtype(type))};
    at::autocast::set_autocast_dtype(type, at::ScalarType(dtype));
    at::autocast::set_autocast_enabled(type, true);
    at::autocast::increment_nesting();
  });
}

void ct_autocast_leave(int8_t device_kind, ct_autocast_state previous) {
  at::DeviceType type = device_type(device_kind);
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(type, previous.enabled);
  at::autocast::set_autocast_dtype(type, at::ScalarType(previous.dtype));
}

// Engine

const char *ct_version(void) { return TORCH_VERSION; }

const char *ct_cpu_capability(void) {
  static const std::string name = at::get_cpu_capability();
  return name.c_str();
}

ct_status ct_has_fast_bfloat16(bool *out) {
  return guarded([&] {
    *out = false;
    // avx512_bf16 and amx_bf16 on x86, arm_bf16 and the like on Arm.
    for (const auto &[name, value] : at::cpu::get_cpu_capabilities()) {
      *out = *out || (name.find("bf16") != std::string::npos && value.isBool() && value.toBool());
    }
  });
}

bool ct_cuda_available(void) { return at::hasCUDA(); }
ptrdiff_t ct_threads(void) { return at::get_num_threads(); }

ct_status ct_set_threads(ptrdiff_t count) {
  return guarded([&] { at::set_num_threads(int(count)); });
}

ct_status ct_seed(uint64_t seed) {
  return guarded([&] { at::manual_seed(seed); });
}

bool ct_deterministic(void) { return at::globalContext().deterministicAlgorithms(); }

ct_status ct_set_deterministic(bool deterministic) {
  return guarded([&] {
    at::globalContext().setDeterministicAlgorithms(deterministic, /*warn_only=*/false);
    at::globalContext().setDeterministicCuDNN(deterministic);
    at::globalContext().setDeterministicMkldnn(deterministic);
    at::globalContext().setBenchmarkCuDNN(!deterministic);
  });
}

ct_status ct_random_state(ct_tensor **out) {
  return giving(out, [&] {
    auto generator = at::detail::getDefaultCPUGenerator();
    std::lock_guard<std::mutex> lock(generator.mutex());
    return generator.get_state();
  });
}

ct_status ct_set_random_state(const ct_tensor *state) {
  return guarded([&] {
    auto generator = at::detail::getDefaultCPUGenerator();
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_state(state->value);
  });
}

ptrdiff_t ct_peak_resident_bytes(void) {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#if defined(__APPLE__)
  return usage.ru_maxrss;
#else
  return usage.ru_maxrss * 1024;
#endif
}
