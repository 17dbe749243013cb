// Stands in for a header of Gloo, which LibTorch's package leaves out: c10d's header names this one
// function, which lies in LibTorch, and otherwise only points to contexts.
#pragma once

#include <chrono>

namespace gloo {

class Context {
 public:
  void setTimeout(std::chrono::milliseconds timeout);
};

}  // namespace gloo
