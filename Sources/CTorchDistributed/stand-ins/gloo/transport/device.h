// Stands in for a header of Gloo, which LibTorch's package leaves out: c10d only points to these.
#pragma once

#include <memory>

namespace gloo::transport {

class Device;

class UnboundBuffer {
 public:
  virtual ~UnboundBuffer();
};

}  // namespace gloo::transport
