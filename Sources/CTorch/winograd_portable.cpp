// Winograd's convolution for any processor: four lanes, in whatever the compiler makes of them.
#include "winograd.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace winograd {
namespace {
constexpr int lanes = 4, block_rows = 6;
}
}  // namespace winograd
#include "winograd_body.h"

const winograd::Kernels *winograd::portable() {
  static const Kernels all = kernels("portable");
  return &all;
}
