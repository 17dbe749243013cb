// Work on LibTorch's own threads.
#ifndef CTORCH_IN_PARALLEL_HPP
#define CTORCH_IN_PARALLEL_HPP

#include <ATen/TensorIterator.h>

namespace ct {

// Does task(0), task(1), ... on LibTorch's own threads, at least `grain` of them on each.
// at::parallel_for is a template that needs the compiler's OpenMP, for which SwiftPM cannot ask;
// the loop over a tensor is compiled in LibTorch.
template <typename Task> void in_parallel(int64_t tasks, int64_t grain, const Task &task) {
  at::Tensor marks = at::empty({tasks}, at::kByte);
  auto start = (const char *)marks.const_data_ptr();
  auto loop = [&](char **data, const int64_t *strides, int64_t count) {
    for (int64_t i = 0; i < count; ++i) task(data[0] + i * strides[0] - start);
  };
  at::TensorIterator::nullary_op(marks).for_each(loop, grain);
}

}  // namespace ct

#endif
