// Gradients summed over processes, bucket by bucket, while the backward pass goes on.
#include "group.hpp"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/comm.hpp>
#include <torch/csrc/distributed/c10d/reducer.hpp>

struct ct_reducer {
  std::shared_ptr<ct::Group> group;
  std::shared_ptr<c10d::Reducer> value;
};

using namespace ct;

// Sums; without it c10d divides by the number of processes.
class SumOfBucket : public c10d::CppCommHookInterface<c10::intrusive_ptr<c10d::ProcessGroup>> {
 public:
  using CppCommHookInterface::CppCommHookInterface;

  c10::intrusive_ptr<Future> runHook(c10d::GradBucket &bucket) override {
    std::vector<at::Tensor> tensors{bucket.getBufferRef()};
    return state_->allreduce(tensors)->getFuture();
  }
};

static void backward(c10d::Reducer &reducer, const at::Tensor &loss) {
  reducer.prepare_for_forward();
  reducer.prepare_for_backward({loss});
  torch::autograd::backward({loss}, {});
}

// Buckets are filled in the order in which gradients come. c10d learns it in the first backward pass;
// a run that is resumed has to have the same buckets from its first step on, for the sums to be the
// same to the last bit. So the first pass is one through nothing but the parameters, last to first.
static void settle_buckets(c10d::Reducer &reducer, const std::vector<at::Tensor> &parameters) {
  at::AutoGradMode recorded(true);
  at::Tensor loss = at::zeros({});
  for (const at::Tensor &parameter : parameters) loss = loss + parameter.flatten()[0] * 0;
  backward(reducer, loss);
  reducer.rebuild_buckets();
  for (const at::Tensor &parameter : parameters) parameter.mutable_grad() = at::Tensor();
}

ct_status ct_reducer_open(const ct_group *group, ct_tensors parameters, ptrdiff_t count,
                          int64_t first_bucket_bytes, int64_t bucket_bytes, ct_reducer **out) {
  return together([&] {
    TORCH_CHECK(count > 0, "expected parameters whose gradients are summed, found none");
    auto values = list(parameters, count);
    auto backend = group->value->backend;
    auto together = c10::make_intrusive<c10d::ProcessGroup>(backend->getRank(), backend->getSize());
    together->setBackend(at::kCPU, c10d::ProcessGroup::BackendType::GLOO, backend);
    together->setDefaultBackend(c10d::ProcessGroup::BackendType::GLOO);
    std::vector<bool> sparse(count, false);
    auto [buckets, limits] = c10d::compute_bucket_assignment_by_size(
        values, {size_t(first_bucket_bytes), size_t(bucket_bytes)}, sparse);
    std::reverse(buckets.begin(), buckets.end());
    std::unordered_map<size_t, std::string> names;
    auto reducer = std::make_shared<c10d::Reducer>(
        values, buckets, together, sparse, bucket_bytes, /*find_unused_parameters=*/false,
        /*gradient_as_bucket_view=*/true, names, first_bucket_bytes,
        /*skip_all_reduce_unused_params=*/false, /*use_python_reducer=*/false,
        std::vector<int64_t>{});
    reducer->register_comm_hook(std::make_unique<SumOfBucket>(together));
    settle_buckets(*reducer, values);
    *out = new ct_reducer{group->value, std::move(reducer)};
  });
}

void ct_reducer_free(ct_reducer *reducer) { delete reducer; }

ct_status ct_reducer_backward(ct_reducer *reducer, const ct_tensor *loss) {
  return together([&] {
    backward(*reducer->value, loss->value);
    reducer->group->add_wait(seconds_since(reducer->group->backend->last_start()));
  });
}
