// The fused focal loss on tensors: what may be asked of it, its threads, its place in autograd.
//
// The loops are in focal_kernel_body.h. One pass over the logits sums their loss and writes their
// gradient. Its parts are cut by the number of logits alone and summed in order, so that a result
// has the same bits for any number of threads. Beside its results, it allocates less than 70 kB.
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <atomic>

#include "focal_kernel.h"
#include "in_parallel.hpp"
#include "shim.hpp"

using namespace ct;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Loss {
  double object_weight, background_weight, gamma;
  int64_t form;
};

// The best that are there, or those of a name.
const focal::Kernels *find_kernels(const char *name) {
  for (auto found : {focal::avx512_vbmi(), focal::avx512(), focal::avx2(), focal::neon(),
                     focal::portable()})
    if (found && (!name || strcmp(found->name, name) == 0)) return found;
  return nullptr;
}

// A choice is the calling thread's own: tests that make one do not disturb their neighbours.
thread_local const focal::Kernels *chosen = nullptr;

const focal::Kernels &kernels() {
  static const focal::Kernels *best = find_kernels(nullptr);
  return chosen ? *chosen : *best;
}

void refuse_row(const focal::Job &job, int64_t row) {
  TORCH_CHECK(false, "targets[", row, "]: found class index ", job.classes[row], ", expected 0..<",
              job.categories, ", -1 (background) or -2 (ignored)");
}

// The sum of part(first, count, bad_row) over all entries, `part_entries` at once; refuses the
// first bad row.
template <typename Part>
double sum_parts(const focal::Job &job, int64_t part_entries, const Part &part) {
  constexpr int64_t most_tasks = 4096;
  int64_t entries = job.rows * job.categories;
  int64_t parts = (entries + part_entries - 1) / part_entries;
  int64_t share = (parts + most_tasks - 1) / most_tasks, tasks = (parts + share - 1) / share;
  std::vector<double> sums(tasks);
  std::vector<int64_t> bad_rows(tasks, job.rows);
  int64_t grain = std::max<int64_t>(at::internal::GRAIN_SIZE / (share * part_entries), 1);
  in_parallel(tasks, grain, [&](int64_t task) {
    int64_t end = std::min((task + 1) * share * part_entries, entries);
    for (int64_t first = task * share * part_entries; first < end; first += part_entries)
      if (bad_rows[task] == job.rows)
        sums[task] += part(first, std::min(part_entries, end - first), &bad_rows[task]);
  });
  int64_t bad_row = *std::min_element(bad_rows.begin(), bad_rows.end());
  if (bad_row < job.rows) refuse_row(job, bad_row);
  double sum = 0;
  for (double some : sums) sum += some;
  return sum;
}

void sum_all(const focal::Job &job, focal::ChunkKernel kernel, float *out) {
  auto part = [&](int64_t first, int64_t count, int64_t *bad) {
    return kernel(job, first, count, nullptr, bad);
  };
  *out = float(sum_parts(job, focal::chunk_entries, part));
}

void keep_entries(const focal::Job &job, focal::ChunkKernel kernel, float *out) {
  sum_parts(job, focal::chunk_entries, [&](int64_t first, int64_t count, int64_t *bad) {
    return kernel(job, first, count, out + first, bad);
  });
}

void sum_rows(const focal::Job &job, focal::ChunkKernel kernel, float *out) {
  auto row_sums = kernels().row_sums;
  int64_t rows = std::max<int64_t>(focal::chunk_entries / job.categories, 1);
  sum_parts(job, rows * job.categories, [&](int64_t first, int64_t count, int64_t *bad) {
    float losses[focal::chunk_entries];
    float *to = out + first / job.categories;
    if (count <= focal::chunk_entries) {
      double sum = kernel(job, first, count, losses, bad);
      if (*bad == job.rows) row_sums(losses, count / job.categories, job.categories, to);
      return sum;
    }
    double sum = 0;  // of a single row, too long for one chunk
    for (int64_t done = 0; done < count && *bad == job.rows; done += focal::chunk_entries)
      sum += kernel(job, first + done, std::min(focal::chunk_entries, count - done), nullptr, bad);
    *to = float(sum);
    return sum;
  });
}

c10::DimVector loss_shape(const at::Tensor &logits, int64_t form) {
  if (form == CT_LOSS_SUM) return {};
  if (form == CT_LOSS_ROWS) return {logits.size(0)};
  return {logits.size(0), logits.size(1)};
}

// The loss and, where `gradient` is defined, the gradient of its sum.
at::Tensor evaluate(const at::Tensor &logits, const at::Tensor &classes, const Loss &loss,
                    const at::Tensor &gradient) {
  focal::Job job{};
  job.logits = logits.const_data_ptr();
  job.gradient = gradient.defined() ? gradient.mutable_data_ptr() : nullptr;
  job.classes = classes.const_data_ptr<int64_t>();
  job.rows = logits.size(0);
  job.categories = logits.size(1);
  job.gamma = loss.gamma;
  job.object_weight = loss.object_weight;
  job.background_weight = loss.background_weight;
  if (logits.numel() == 0) {
    for (int64_t row = 0; row < job.rows; ++row)
      if (job.classes[row] != focal::background && job.classes[row] != focal::ignored)
        refuse_row(job, row);
    return at::zeros(loss_shape(logits, loss.form), at::kFloat);
  }
  auto result = at::empty(loss_shape(logits, loss.form), at::kFloat);
  auto kernel = logits.scalar_type() == at::kFloat ? kernels().float32 : kernels().bfloat16;
  float *out = result.mutable_data_ptr<float>();
  if (loss.form == CT_LOSS_SUM) sum_all(job, kernel, out);
  else if (loss.form == CT_LOSS_ROWS) sum_rows(job, kernel, out);
  else keep_entries(job, kernel, out);
  return result;
}

// Whether all of a factor is one number, and that 1.
bool is_one(const at::Tensor &factor) {
  for (int64_t i = 0; i < factor.dim(); ++i)
    if (factor.size(i) != 1 && factor.stride(i) != 0) return false;
  return factor.numel() > 0 && *factor.const_data_ptr<float>() == 1;
}

// In place; LibTorch itself would make a float copy of a bfloat16 gradient.
void scale_in_place(const at::Tensor &gradient, const at::Tensor &factor) {
  if (gradient.scalar_type() == at::kFloat || factor.dim() == 0) {
    gradient.mul_(factor);
    return;
  }
  auto config = at::TensorIteratorConfig();
  config.add_output(gradient).add_const_input(factor);
  config.check_all_same_dtype(false).resize_outputs(false);
  config.build().for_each([](char **data, const int64_t *strides, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      auto value = (at::BFloat16 *)(data[0] + i * strides[0]);
      *value = float(*value) * *(const float *)(data[1] + i * strides[1]);
    }
  });
}

// The gradient is written along with the loss, for an incoming factor of 1; any other multiplies it
// in place. It is given away, so that nobody need copy it; whoever asks again of a kept graph gets
// it anew.
struct FusedFocalLoss : torch::autograd::Function<FusedFocalLoss> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &logits,
                            const at::Tensor &classes, const Loss &loss) {
    auto gradient = at::empty_like(logits);
    auto result = evaluate(logits, classes, loss, gradient);
    context->save_for_backward({logits, classes});
    context->saved_data["gradient"] = std::move(gradient);
    context->saved_data["loss"] =
        std::vector<double>{loss.object_weight, loss.background_weight, loss.gamma};
    context->saved_data["form"] = loss.form;
    return result;
  }

  static variable_list backward(AutogradContext *context, const variable_list &factors) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "the fused focal loss has no second derivative: use ",
                "the composed form where one is wanted");
    auto saved = context->get_saved_variables();  // refuses logits changed since
    auto gradient = take_gradient(context, saved[0], saved[1]);
    bool rows = context->saved_data["form"].toInt() == CT_LOSS_ROWS;
    if (!is_one(factors[0])) scale_in_place(gradient, rows ? factors[0].unsqueeze(1) : factors[0]);
    return {gradient, at::Tensor(), at::Tensor()};
  }

  static at::Tensor take_gradient(AutogradContext *context, const at::Tensor &logits,
                                  const at::Tensor &classes) {
    auto found = context->saved_data.find("gradient");
    if (found != context->saved_data.end()) {
      auto gradient = std::move(found->second).toTensor();
      context->saved_data.erase(found);
      return gradient;
    }
    auto gradient = at::empty_like(logits);
    auto loss = context->saved_data["loss"].toDoubleVector();
    evaluate(logits, classes, {loss[0], loss[1], loss[2], CT_LOSS_SUM}, gradient);
    return gradient;
  }
};

void check(const at::Tensor &logits, const at::Tensor &classes) {
  TORCH_CHECK(logits.device().is_cpu() && classes.device().is_cpu(),
              "expected logits and class indices in main memory, found them on ", logits.device(),
              " and ", classes.device());
  TORCH_CHECK(logits.scalar_type() == at::kFloat || logits.scalar_type() == at::kBFloat16,
              "expected logits of float32 or bfloat16, found ", logits.scalar_type());
  TORCH_CHECK(classes.scalar_type() == at::kLong, "expected class indices of int64, found ",
              classes.scalar_type());
  TORCH_CHECK(logits.dim() == 2 && classes.dim() == 1 && logits.size(0) == classes.size(0),
              "expected logits [N, K] and class indices [N], found ", logits.sizes(), " and ",
              classes.sizes());
}

}  // namespace

ct_status ct_fused_focal_loss(const ct_tensor *logits, const ct_tensor *classes, double alpha,
                              double gamma, double scale, int32_t form, ct_tensor **out) {
  return giving(out, [&] {
    check(logits->value, classes->value);
    TORCH_CHECK(alpha <= 1 && gamma >= 0 && gamma <= focal::greatest_gamma && std::isfinite(scale),
                "expected alpha <= 1, gamma in 0...", focal::greatest_gamma,
                " and a finite scale, found ", alpha, ", ", gamma, " and ", scale);
    double object_weight = alpha < 0 ? 1 : alpha, background_weight = alpha < 0 ? 1 : 1 - alpha;
    Loss loss{scale * object_weight, scale * background_weight, gamma, form};
    auto x = logits->value.contiguous(), indices = classes->value.contiguous();
    bool recorded = at::GradMode::is_enabled() && x.requires_grad();
    return recorded ? FusedFocalLoss::apply(x, indices, loss) : evaluate(x, indices, loss, {});
  });
}

ct_status ct_streaming_pass(const ct_tensor *x, ct_tensor *ready) {
  return guarded([&] {
    TORCH_CHECK(x->value.sizes() == ready->value.sizes(), "expected a buffer of shape ",
                x->value.sizes(), ", found ", ready->value.sizes());
    c10::NoGradGuard unrecorded;
    at::neg_out(ready->value, x->value);
  });
}

const char *ct_fused_loss_instruction_set(void) { return kernels().name; }

bool ct_choose_fused_loss_instruction_set(const char *name) {
  auto found = name ? find_kernels(name) : nullptr;
  if (found || !name) chosen = found;
  return found || !name;
}
