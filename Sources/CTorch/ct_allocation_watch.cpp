// What tensors occupy while something is done: LibTorch's allocators report to whoever asks.
#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>

#include "shim.hpp"

using namespace ct;

namespace {

struct Report : c10::MemoryReportingInfoBase {
  int64_t occupied = 0, most = 0;

  void reportMemoryUsage(void *, int64_t bytes, size_t, size_t, c10::Device) override {
    occupied += bytes;
    most = std::max(most, occupied);
  }
  bool memoryProfilingEnabled() const override { return true; }
};

}  // namespace

struct ct_allocation_watch {
  std::shared_ptr<Report> report = std::make_shared<Report>();
  c10::DebugInfoGuard guard{c10::DebugInfoKind::PROFILER_STATE, report};
};

ct_status ct_allocation_watch_begin(ct_allocation_watch **out) {
  return guarded([&] { *out = new ct_allocation_watch; });
}

size_t ct_allocation_watch_end(ct_allocation_watch *watch) {
  size_t most = size_t(watch->report->most);
  delete watch;
  return most;
}
