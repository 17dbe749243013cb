// A process group as the shim holds it.
#ifndef CTORCH_GROUP_HPP
#define CTORCH_GROUP_HPP

#include "interruptible.hpp"
#include "shared.hpp"

namespace ct {

struct Group {
  c10::intrusive_ptr<Interruptible> backend;
  // Seconds that callers waited.
  std::atomic<double> waited{0};

  void add_wait(double seconds) {
    double before = waited.load();
    while (!waited.compare_exchange_weak(before, before + seconds)) {
    }
  }

  // Begins an operation and waits for its end.
  template <typename Start> void finish(Start start) {
    auto began = Clock::now();
    start()->wait(kNoTimeout);
    add_wait(seconds_since(began));
  }

  void reduce(at::Tensor &tensor, c10d::ReduceOp::RedOpType how) {
    c10d::AllreduceOptions options;
    options.reduceOp = how;
    std::vector<at::Tensor> tensors{tensor};
    finish([&] { return backend->allreduce(tensors, options); });
  }

  // Tensors of one shape, one of each process, in the order of the ranks.
  std::vector<at::Tensor> gather(const at::Tensor &tensor) {
    std::vector<std::vector<at::Tensor>> outputs(1);
    for (int i = 0; i < backend->getSize(); ++i) outputs[0].push_back(at::empty_like(tensor));
    std::vector<at::Tensor> inputs{tensor};
    finish([&] { return backend->allgather(outputs, inputs, c10d::AllgatherOptions()); });
    return outputs[0];
  }
};

}  // namespace ct

struct ct_group {
  std::shared_ptr<ct::Group> value;
};

#endif
