// What the files of this shim share.
#ifndef CTORCH_DISTRIBUTED_SHARED_HPP
#define CTORCH_DISTRIBUTED_SHARED_HPP

#include "../CTorch/shim.hpp"
#include "include/CTorchDistributed.h"

#include <stdexcept>
#include <string>

#include <torch/csrc/distributed/c10d/Store.hpp>

struct ct_store {
  c10::intrusive_ptr<c10d::Store> value;
  uint16_t port = 0;
};

namespace ct {

// The others cannot be reached.
struct Disconnected : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// `guarded`, for calls that fail where another process does.
template <typename Body> ct_status together(Body body) noexcept {
  bool is_disconnected = false;
  ct_status status = guarded([&] {
    try {
      body();
    } catch (const Disconnected &) {
      is_disconnected = true;
      throw;
    }
  });
  if (is_disconnected) status.code = CT_DISCONNECTED;
  return status;
}

// The bytes of something as a tensor, by which they are read in Swift.
template <typename Bytes> at::Tensor tensor_of(const Bytes &bytes) {
  at::Tensor out = at::empty({int64_t(bytes.size())}, at::kByte);
  if (!bytes.empty()) memcpy(out.data_ptr(), bytes.data(), bytes.size());
  return out;
}

inline std::vector<uint8_t> bytes_of(const void *bytes, size_t count) {
  auto start = (const uint8_t *)bytes;
  return count > 0 ? std::vector<uint8_t>(start, start + count) : std::vector<uint8_t>();
}

}  // namespace ct

#endif
