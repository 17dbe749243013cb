// Stands in for a header of Gloo, which LibTorch's package leaves out: c10d's header derives a class
// from it, which is only ever made inside LibTorch.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace gloo::rendezvous {

class Store {
 public:
  virtual ~Store();
  virtual void set(const std::string &key, const std::vector<char> &value) = 0;
  virtual std::vector<char> get(const std::string &key) = 0;
  virtual void wait(const std::vector<std::string> &keys) = 0;
  virtual void wait(const std::vector<std::string> &keys, const std::chrono::milliseconds &) = 0;
};

}  // namespace gloo::rendezvous
