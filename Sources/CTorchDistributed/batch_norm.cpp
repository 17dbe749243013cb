// Batch norm over the pictures of all processes.
#include "group.hpp"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

using namespace ct;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// What all processes' values of each channel come to.
struct Statistics {
  at::Tensor mean, variance;  // float32, shape [C]
  double elements = 0;
};

// (x - mean) / sqrt(variance + epsilon) * weight + bias, in one pass.
at::Tensor normalized(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
                      const Statistics &statistics, double epsilon) {
  if (x.numel() == 0) return at::empty_like(x);
  return std::get<0>(at::native_batch_norm(x, weight, bias, statistics.mean, statistics.variance,
                                           /*training=*/false, /*momentum=*/0, epsilon));
}

// Each process sends count, means and squares about its own means, which lose nothing to large means
// as sums of squares would; all combine them in the order of the ranks, so all get the same bits.
Statistics combined(Group &group, const at::Tensor &x) {
  int64_t channels = x.size(1);
  at::Tensor own = at::zeros({2 * channels + 1}, at::kDouble);
  if (x.numel() > 0) {
    // Float statistics for bfloat16 pictures too: LibTorch takes the type of the ones to update.
    at::Tensor unused_mean = at::zeros({channels}), unused_variance = at::zeros({channels});
    auto [mean, variance] = at::batch_norm_update_stats(x, unused_mean, unused_variance, 0);
    double count = double(x.numel() / channels);
    own[0].fill_(count);
    own.narrow(0, 1, channels).copy_(mean);
    own.narrow(0, 1 + channels, channels).copy_(variance.to(at::kDouble) * count);
  }
  at::Tensor mean = at::zeros({channels}, at::kDouble), squares = at::zeros({channels}, at::kDouble);
  double count = 0;
  for (const at::Tensor &each : group.gather(own)) {
    double more = each[0].item<double>();
    if (more == 0) continue;
    // Chan, Golub and LeVeque 1979: joining two samples.
    at::Tensor delta = each.narrow(0, 1, channels) - mean;
    squares = squares + each.narrow(0, 1 + channels, channels) +
              delta * delta * (count * more / (count + more));
    mean = mean + delta * (more / (count + more));
    count += more;
  }
  TORCH_CHECK(count > 0, "expected a picture in one of the processes, found none");
  return {mean.to(at::kFloat), (squares / count).to(at::kFloat), count};
}

struct SharedBatchNorm : torch::autograd::Function<SharedBatchNorm> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &weight,
                            const at::Tensor &bias, const std::shared_ptr<Group> &group,
                            const Statistics &statistics, double epsilon) {
    context->save_for_backward({x, weight, statistics.mean, statistics.variance});
    context->saved_data["elements"] = statistics.elements;
    context->saved_data["epsilon"] = epsilon;
    // The group lives as long as the graph.
    context->saved_data["group"] = c10::IValue::make_capsule(c10::make_intrusive<Held>(group));
    return normalized(x, weight, bias, statistics, epsilon);
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1];
    Statistics statistics{saved[2], saved[3], context->saved_data["elements"].toDouble()};
    double epsilon = context->saved_data["epsilon"].toDouble();
    auto held = c10::static_intrusive_pointer_cast<Held>(context->saved_data["group"].toCapsule());
    int64_t channels = x.size(1);
    // Of this process alone: the slopes as if mean and variance were constants.
    at::Tensor slope = at::empty_like(x);
    at::Tensor sums = at::zeros({2, channels});  // of dy * (x - mean) / deviation, and of dy
    if (x.numel() > 0) {
      auto [own, scale, shift] = at::native_batch_norm_backward(
          gradients[0], x, weight, statistics.mean, statistics.variance, {}, {}, /*train=*/false,
          epsilon, {true, true, true});
      slope = own;
      sums[0].copy_(scale);
      sums[1].copy_(shift);
    }
    at::Tensor total = sums.clone();
    held->group->reduce(total, c10d::ReduceOp::SUM);
    if (x.numel() > 0) {
      // By the mean and the variance, every value of every process acts on every other.
      at::Tensor share = -weight / (statistics.variance + epsilon).sqrt() / statistics.elements;
      slope.add_(normalized(x, share * total[0], share * total[1], statistics, epsilon));
    }
    return {slope, sums[0], sums[1], {}, {}, {}};
  }

  struct Held : torch::CustomClassHolder {
    std::shared_ptr<Group> group;
    explicit Held(std::shared_ptr<Group> group) : group(std::move(group)) {}
  };
};

}  // namespace

ct_status ct_shared_batch_norm(const ct_group *group, const ct_tensor *x, const ct_tensor *weight,
                               const ct_tensor *bias, double epsilon, ct_tensor **out,
                               ct_tensor **mean, ct_tensor **variance, double *elements) {
  return together([&] {
    TORCH_CHECK(x->value.dim() == 4, "expected pictures of shape [N, C, H, W], found ",
                x->value.sizes());
    Statistics statistics;
    {
      c10::NoGradGuard unrecorded;
      statistics = combined(*group->value, x->value);
    }
    auto y = std::make_unique<ct_tensor>(ct_tensor{SharedBatchNorm::apply(
        x->value, weight->value, bias->value, group->value, statistics, epsilon)});
    auto first = std::make_unique<ct_tensor>(ct_tensor{statistics.mean});
    give(variance, statistics.variance);
    *elements = statistics.elements;
    *mean = first.release();
    *out = y.release();
  });
}
