// Network operations and operations over lists of tensors.
#include <cmath>

#include "shim.hpp"
#include "winograd_convolution.hpp"

using namespace ct;

// Network operations

// A bias that does not is LibTorch's to complain of.
static bool fits(const ct_tensor *bias, const ct_tensor *weight) {
  return !bias || (bias->value.scalar_type() == at::kFloat && bias->value.dim() == 1 &&
                   bias->value.size(0) == weight->value.size(0) && bias->value.device().is_cpu());
}

// oneDNN, as LibTorch 2.13 has it, writes past the end of its memory in the slope of the weights of a
// 1x1 convolution that strides over fewer than 16 channels. Without the places it strides over, the
// convolution is the same and has nothing to stride over.
static bool strides_over_few_channels(const at::Tensor &x, const at::Tensor &weight,
                                      ptrdiff_t stride, ptrdiff_t padding, ptrdiff_t groups) {
  constexpr int64_t fewest_sound = 16;
  return stride > 1 && padding == 0 && groups == 1 && x.device().is_cpu() && x.dim() == 4 &&
         x.size(1) < fewest_sound && weight.dim() == 4 && weight.size(2) == 1 && weight.size(3) == 1;
}

static at::Tensor without_strided_over(const at::Tensor &x, ptrdiff_t stride) {
  return x.slice(2, 0, std::nullopt, stride)
      .slice(3, 0, std::nullopt, stride)
      .contiguous(x.suggest_memory_format());
}

ct_status ct_conv2d(const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias,
                    ptrdiff_t stride, ptrdiff_t padding, ptrdiff_t dilation, ptrdiff_t groups,
                    ct_tensor **out) {
  return giving(out, [&] {
    if (stride == 1 && padding == 1 && dilation == 1 && groups == 1 &&
        winograd_suits(x->value, weight->value) && fits(bias, weight))
      return winograd_convolution(x->value, weight->value, bias ? bias->value : at::Tensor(),
                                  false)[0];
    if (strides_over_few_channels(x->value, weight->value, stride, padding, groups))
      return at::conv2d(without_strided_over(x->value, stride), weight->value, maybe(bias), 1, ptrdiff_t(0),
                        dilation, groups);
    return at::conv2d(x->value, weight->value, maybe(bias), stride, padding, dilation, groups);
  });
}

ct_status ct_convolve_each(ct_tensors pictures, ptrdiff_t count, const ct_tensor *weight,
                           const ct_tensor *bias, bool rectified, ct_tensor **out) {
  return guarded([&] {
    auto values = list(pictures, count);
    std::vector<at::Tensor> results;
    if (winograd_suits(values, weight->value) && fits(bias, weight)) {
      results = winograd_convolution(values, weight->value, bias ? bias->value : at::Tensor(),
                                     rectified);
    } else {
      for (const at::Tensor &x : values) {
        auto y = at::conv2d(x, weight->value, maybe(bias), 1, 1);
        results.push_back(rectified ? y.relu_() : y);
      }
    }
    std::vector<std::unique_ptr<ct_tensor>> handles;
    for (at::Tensor &y : results) handles.push_back(std::make_unique<ct_tensor>(ct_tensor{y}));
    for (ptrdiff_t i = 0; i < count; ++i) out[i] = handles[i].release();
  });
}

ct_status ct_max_pool2d(const ct_tensor *x, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t padding,
                        ct_tensor **out) {
  return giving(out, [&] { return at::max_pool2d(x->value, kernel, stride, padding); });
}

ct_status ct_batch_norm(const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias,
                        ct_tensor *mean, ct_tensor *variance, bool training, double momentum,
                        double epsilon, ct_tensor **out) {
  return giving(out, [&] {
    return at::batch_norm(x->value, maybe(weight), maybe(bias), maybe(mean), maybe(variance),
                          training, momentum, epsilon, at::globalContext().userEnabledCuDNN());
  });
}

ct_status ct_group_norm(const ct_tensor *x, ptrdiff_t groups, const ct_tensor *weight,
                        const ct_tensor *bias, double epsilon, ct_tensor **out) {
  return giving(out, [&] {
    return at::group_norm(x->value, groups, maybe(weight), maybe(bias), epsilon);
  });
}

ct_status ct_upsample_nearest(const ct_tensor *x, ptrdiff_t height, ptrdiff_t width,
                              ct_tensor **out) {
  return giving(out, [&] { return at::upsample_nearest2d(x->value, {height, width}); });
}

ct_status ct_linear(const ct_tensor *x, const ct_tensor *weight, const ct_tensor *bias,
                    ct_tensor **out) {
  return giving(out, [&] { return at::linear(x->value, weight->value, maybe(bias)); });
}

// at:: would broadcast with a warning; a loss of mismatched shapes is a mistake.
static void check_same_shape(const ct_tensor *x, const ct_tensor *target) {
  TORCH_CHECK(x->value.sizes() == target->value.sizes(), "the target has shape ",
              target->value.sizes(), ", the input ", x->value.sizes());
}

ct_status ct_smooth_l1(const ct_tensor *x, const ct_tensor *target, double beta, int32_t reduction,
                       ct_tensor **out) {
  return giving(out, [&] {
    check_same_shape(x, target);
    return at::smooth_l1_loss(x->value, target->value, reduction, beta);
  });
}

ct_status ct_l1(const ct_tensor *x, const ct_tensor *target, int32_t reduction, ct_tensor **out) {
  return giving(out, [&] {
    check_same_shape(x, target);
    return at::l1_loss(x->value, target->value, reduction);
  });
}

// Lists of tensors

// The fused kernels write without counting it; what was made of the old elements has to see the change.
static void count_writes(const std::vector<at::Tensor> &tensors) {
  for (const at::Tensor &tensor : tensors) {
    if (!tensor.is_inference()) tensor.unsafeGetTensorImpl()->bump_version();
  }
}

// The fused kernel walks memory and ignores strides: all must be laid out as the parameter is.
static std::vector<at::Tensor> laid_out_as(const std::vector<at::Tensor> &parameters,
                                           std::vector<at::Tensor> gradients) {
  for (size_t i = 0; i < gradients.size(); ++i) {
    const at::Tensor &parameter = parameters[i];
    TORCH_CHECK(parameter.is_non_overlapping_and_dense(), "a parameter is a view with gaps");
    if (gradients[i].strides() == parameter.strides()) continue;
    gradients[i] = at::empty_like(parameter).copy_(gradients[i]);
  }
  return gradients;
}

ct_status ct_fused_sgd_(ct_tensor *const *parameters, ct_tensors gradients,
                        ct_tensor *const *momenta, ptrdiff_t count, double weight_decay,
                        double momentum, double rate, bool nesterov) {
  return guarded([&] {
    c10::NoGradGuard unrecorded;
    auto values = list(parameters, count);
    auto slopes = laid_out_as(values, list(gradients, count));
    auto buffers = momentum != 0 ? list(momenta, count) : std::vector<at::Tensor>();
    at::_fused_sgd_(values, slopes, buffers, weight_decay, momentum, rate, /*dampening=*/0.0,
                    nesterov, /*maximize=*/false, /*is_first_step=*/false);
    count_writes(values);
  });
}

ct_status ct_fused_adamw_(ct_tensor *const *parameters, ct_tensors gradients,
                          ct_tensor *const *means, ct_tensor *const *squares, ptrdiff_t count,
                          int64_t step, double rate, double beta1, double beta2,
                          double weight_decay, double epsilon) {
  return guarded([&] {
    c10::NoGradGuard unrecorded;
    auto values = list(parameters, count);
    auto slopes = laid_out_as(values, list(gradients, count));
    std::vector<at::Tensor> steps(count, at::scalar_tensor(double(step), at::kFloat));
    at::_fused_adamw_(values, slopes, list(means, count), list(squares, count), {}, steps, rate,
                      beta1, beta2, weight_decay, epsilon, /*amsgrad=*/false, /*maximize=*/false);
    count_writes(values);
  });
}

ct_status ct_foreach_lerp_(ct_tensor *const *tensors, ct_tensors ends, ptrdiff_t count,
                           double weight) {
  return guarded([&] {
    c10::NoGradGuard unrecorded;
    at::_foreach_lerp_(list(tensors, count), list(ends, count), at::Scalar(weight));
  });
}

ct_status ct_foreach_copy_(ct_tensor *const *tensors, ct_tensors sources, ptrdiff_t count) {
  return guarded([&] {
    c10::NoGradGuard unrecorded;
    at::_foreach_copy_(list(tensors, count), list(sources, count));
  });
}

ct_status ct_foreach_multiply_(ct_tensor *const *tensors, ptrdiff_t count, double factor) {
  return guarded([&] {
    c10::NoGradGuard unrecorded;
    at::_foreach_mul_(list(tensors, count), at::Scalar(factor));
  });
}

ct_status ct_global_norm(ct_tensors tensors, ptrdiff_t count, double *out) {
  return guarded([&] {
    c10::NoGradGuard unrecorded;
    if (count == 0) return void(*out = 0);
    auto norms = at::stack(at::_foreach_norm(list(tensors, count), 2));
    *out = at::linalg_vector_norm(norms.to(at::kCPU, at::kDouble), 2).item<double>();
  });
}
