// Winograd's convolution without differentiation, by weights transformed beforehand.
#include "winograd_convolution.hpp"
#include "winograd_tiles.hpp"

using namespace ct;

// Their order in memory is that of one set of kernels, which therefore is kept with them.
struct WinogradWeights::Transformed {
  int64_t outputs, inputs;
  const winograd::Kernels &kernels;
  Scratch memory;
};

WinogradWeights::WinogradWeights(const at::Tensor &weight)
    : transformed_(new Transformed{weight.size(0), weight.size(1), winograd_kernels(),
                                   packed(weight, false)}) {}

WinogradWeights::~WinogradWeights() = default;

int64_t WinogradWeights::inputs() const { return transformed_->inputs; }
int64_t WinogradWeights::outputs() const { return transformed_->outputs; }

std::vector<at::Tensor> WinogradWeights::convolve(at::TensorList pictures, const at::Tensor &bias,
                                                  at::TensorList added, bool rectified,
                                                  at::ScalarType dtype,
                                                  at::TensorList wanted) const {
  TORCH_CHECK(&transformed_->kernels == &winograd_kernels(),
              "these weights were packed for ", transformed_->kernels.name, " instructions");
  auto results = like(pictures, transformed_->outputs, dtype);
  Planes in(pictures), out(results, added);
  Work work = wanted.empty() ? Work(in.tiles) : Work(out, wanted);
  if (work.count() < in.tiles)
    for (const at::Tensor &result : results) result.zero_();
  ct::convolve(in, work, transformed_->memory, bias.defined() ? bias.const_data_ptr<float>() : nullptr,
               rectified, out);
  return results;
}
