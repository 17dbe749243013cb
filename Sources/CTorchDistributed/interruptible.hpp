// A backend of c10d that can be told to give up.
//
// Gloo waits for a process that no longer answers until its time limit, and has no abort(). Here every
// operation has a result of its own, which Gloo's completes, or else give_up() does; then Gloo's threads
// may wait on, with what they hold, until the process ends.
#ifndef CTORCH_INTERRUPTIBLE_HPP
#define CTORCH_INTERRUPTIBLE_HPP

#include <atomic>
#include <list>
#include <mutex>
#include <string>

#include "shared.hpp"

#include <torch/csrc/distributed/c10d/Backend.hpp>

namespace ct {

using Clock = std::chrono::steady_clock;
using Future = c10::ivalue::Future;

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// A result that whoever comes first completes.
struct Outcome {
  c10::intrusive_ptr<Future> future =
      c10::make_intrusive<Future>(c10::ListType::create(c10::TensorType::get()));
  std::atomic<bool> is_settled{false};

  void fail(std::exception_ptr error) {
    if (!is_settled.exchange(true)) future->setError(std::move(error));
  }
  void succeed(const std::vector<at::Tensor> &tensors) {
    if (!is_settled.exchange(true)) future->markCompleted(c10::IValue(tensors));
  }
};

class InterruptibleWork : public c10d::Work {
 public:
  explicit InterruptibleWork(std::shared_ptr<Outcome> outcome) : outcome_(std::move(outcome)) {}

  bool isCompleted() override { return outcome_->future->completed(); }
  bool isSuccess() const override {
    return outcome_->future->completed() && !outcome_->future->hasError();
  }
  bool wait(std::chrono::milliseconds) override {
    outcome_->future->waitAndThrow();
    return true;
  }
  c10::intrusive_ptr<Future> getFuture() override { return outcome_->future; }

 private:
  std::shared_ptr<Outcome> outcome_;
};

class Interruptible : public c10d::Backend {
 public:
  explicit Interruptible(c10::intrusive_ptr<c10d::Backend> inner)
      : Backend(inner->getRank(), inner->getSize()), inner_(std::move(inner)) {}

  // The threads of Gloo that still wait for a lost process would have to be waited for in turn.
  ~Interruptible() override {
    if (is_aborted()) (void)inner_.release();
  }

  const std::string getBackendName() const override { return inner_->getBackendName(); }
  c10::intrusive_ptr<Options> getBackendOptions() override { return inner_->getBackendOptions(); }

  c10::intrusive_ptr<c10d::Work> allreduce(std::vector<at::Tensor> &tensors,
                                           const c10d::AllreduceOptions &options) override {
    return started(tensors, [&] { return inner_->allreduce(tensors, options); });
  }

  c10::intrusive_ptr<c10d::Work> broadcast(std::vector<at::Tensor> &tensors,
                                           const c10d::BroadcastOptions &options) override {
    return started(tensors, [&] { return inner_->broadcast(tensors, options); });
  }

  c10::intrusive_ptr<c10d::Work> allgather(std::vector<std::vector<at::Tensor>> &outputs,
                                           std::vector<at::Tensor> &inputs,
                                           const c10d::AllgatherOptions &options) override {
    return started(outputs[0], [&] { return inner_->allgather(outputs, inputs, options); });
  }

  c10::intrusive_ptr<c10d::Work> barrier(const c10d::BarrierOptions &options) override {
    return started({}, [&] { return inner_->barrier(options); });
  }

  void give_up(const std::string &reason) {
    std::list<std::shared_ptr<Outcome>> outcomes;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (reason_.empty()) reason_ = reason;
      outcomes.swap(outcomes_);
    }
    for (auto &outcome : outcomes) outcome->fail(std::make_exception_ptr(Disconnected(reason)));
  }

  bool is_aborted() {
    std::lock_guard<std::mutex> lock(mutex_);
    return !reason_.empty();
  }

  // When the newest operation was begun.
  Clock::time_point last_start() {
    std::lock_guard<std::mutex> lock(mutex_);
    return last_start_;
  }

 private:
  template <typename Start>
  c10::intrusive_ptr<c10d::Work> started(const std::vector<at::Tensor> &tensors, Start start) {
    auto outcome = std::make_shared<Outcome>();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (!reason_.empty()) throw Disconnected(reason_);
      outcomes_.remove_if([](const auto &old) { return old->is_settled.load(); });
      outcomes_.push_back(outcome);
      last_start_ = Clock::now();
    }
    auto future = start()->getFuture();
    future->addCallback([outcome, tensors](Future &inner) {
      if (inner.hasError()) {
        outcome->fail(std::make_exception_ptr(Disconnected(inner.tryRetrieveErrorMessage())));
      } else {
        outcome->succeed(tensors);
      }
    });
    return c10::make_intrusive<InterruptibleWork>(outcome);
  }

  c10::intrusive_ptr<c10d::Backend> inner_;
  std::mutex mutex_;
  // Below: under the mutex.
  std::string reason_;
  std::list<std::shared_ptr<Outcome>> outcomes_;
  Clock::time_point last_start_ = Clock::now();
};

}  // namespace ct

#endif
