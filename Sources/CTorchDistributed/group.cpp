// A process group over Gloo, and what processes say to each other in it.
#include "group.hpp"

#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

using namespace ct;

// Where and how a tensor has to lie to be exchanged.
static void check(const at::Tensor &tensor) {
  TORCH_CHECK(tensor.device().is_cpu(), "expected a tensor in main memory, found one on ",
              tensor.device(), ": Gloo exchanges no other, and NCCL is not used (docs/decisions/0015-workers.md)");
  TORCH_CHECK(tensor.is_non_overlapping_and_dense(), "expected a tensor without gaps");
}

ct_status ct_group_open(const ct_store *store, const char *name, ptrdiff_t rank, ptrdiff_t count,
                        const char *interface, const char *address, int64_t milliseconds,
                        ct_group **out) {
  return together([&] {
    using Gloo = c10d::ProcessGroupGloo;
    auto options = Gloo::Options::create(std::chrono::milliseconds(milliseconds));
    options->devices = {interface ? Gloo::createDeviceForInterface(interface)
                        : address ? Gloo::createDeviceForHostname(address)
                                  : Gloo::createDefaultDevice()};
    auto names = c10::make_intrusive<c10d::PrefixStore>(name, store->value);
    auto gloo = c10::make_intrusive<Gloo>(names, int(rank), int(count), options);
    auto group = std::make_shared<Group>();
    group->backend = c10::make_intrusive<Interruptible>(std::move(gloo));
    *out = new ct_group{std::move(group)};
  });
}

void ct_group_free(ct_group *group) { delete group; }

ct_status ct_group_sum_(const ct_group *group, ct_tensor *tensor) {
  return together([&] {
    check(tensor->value);
    group->value->reduce(tensor->value, c10d::ReduceOp::SUM);
  });
}

ct_status ct_group_max_(const ct_group *group, ct_tensor *tensor) {
  return together([&] {
    check(tensor->value);
    group->value->reduce(tensor->value, c10d::ReduceOp::MAX);
  });
}

ct_status ct_group_broadcast_(const ct_group *group, ct_tensor *const *tensors, ptrdiff_t count,
                              ptrdiff_t source) {
  return together([&] {
    c10::NoGradGuard unrecorded;
    c10d::BroadcastOptions options;
    options.rootRank = source;
    for (ptrdiff_t i = 0; i < count; ++i) {
      // Sent in the order of memory of rows, so that processes may have laid it out differently.
      at::Tensor copy = tensors[i]->value.detach().contiguous().clone();
      std::vector<at::Tensor> sent{copy};
      group->value->finish([&] { return group->value->backend->broadcast(sent, options); });
      tensors[i]->value.detach().copy_(copy);
    }
  });
}

ct_status ct_group_gather(const ct_group *group, const void *bytes, size_t count, ct_tensor **out) {
  return together([&] {
    at::Tensor length = at::full({1}, int64_t(count), at::kLong);
    std::vector<int64_t> lengths;
    for (auto &each : group->value->gather(length)) lengths.push_back(each.item<int64_t>());
    int64_t longest = *std::max_element(lengths.begin(), lengths.end());
    // Gloo's tensors are all of one length, and none is empty.
    at::Tensor padded = at::zeros({std::max<int64_t>(longest, 1)}, at::kByte);
    if (count > 0) memcpy(padded.data_ptr(), bytes, count);
    auto gathered = group->value->gather(padded);
    std::vector<std::unique_ptr<ct_tensor>> handles;
    for (size_t i = 0; i < gathered.size(); ++i)
      handles.push_back(
          std::make_unique<ct_tensor>(ct_tensor{gathered[i].narrow(0, 0, lengths[i])}));
    for (size_t i = 0; i < handles.size(); ++i) out[i] = handles[i].release();
  });
}

ct_status ct_group_barrier(const ct_group *group) {
  return together([&] {
    group->value->finish([&] { return group->value->backend->barrier(c10d::BarrierOptions()); });
  });
}

void ct_group_abort(const ct_group *group, const char *reason) {
  // Only memory may be lacking here, and then the caller waits for Gloo's time limit.
  auto status = guarded([&] { group->value->backend->give_up(reason); });
  free(status.message);
}

double ct_group_waited(const ct_group *group) { return group->value->waited.load(); }
