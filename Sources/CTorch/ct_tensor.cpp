// Life, reading, creation, shape and indexing.
#include <ATen/CPUGeneratorImpl.h>

#include "shim.hpp"

using namespace ct;

void ct_message_free(char *message) { free(message); }

// Life and reading

void ct_tensor_free(ct_tensor *tensor) { delete tensor; }
ptrdiff_t ct_tensor_rank(const ct_tensor *tensor) { return tensor->value.dim(); }
ptrdiff_t ct_tensor_size(const ct_tensor *tensor, ptrdiff_t dim) {
  return tensor->value.sizes()[dim];
}
ptrdiff_t ct_tensor_stride(const ct_tensor *tensor, ptrdiff_t dim) {
  return tensor->value.strides()[dim];
}
ptrdiff_t ct_tensor_count(const ct_tensor *tensor) { return tensor->value.numel(); }
int32_t ct_tensor_dtype(const ct_tensor *tensor) { return int32_t(tensor->value.scalar_type()); }

ct_device ct_tensor_device(const ct_tensor *tensor) {
  at::Device device = tensor->value.device();
  if (device.is_cpu()) return {CT_CPU, 0};
  return {CT_CUDA, device.index()};
}

bool ct_tensor_is_contiguous(const ct_tensor *tensor) { return tensor->value.is_contiguous(); }

bool ct_tensor_is_channels_last(const ct_tensor *tensor) {
  return tensor->value.is_contiguous(at::MemoryFormat::ChannelsLast);
}

ct_status ct_tensor_item(const ct_tensor *tensor, double *out) {
  return guarded([&] { *out = tensor->value.item<double>(); });
}

ct_status ct_tensor_item_int(const ct_tensor *tensor, int64_t *out) {
  return guarded([&] { *out = tensor->value.item<int64_t>(); });
}

ct_status ct_tensor_read(const ct_tensor *tensor, int32_t dtype, void *destination, size_t bytes) {
  return guarded([&] {
    c10::NoGradGuard unrecorded;
    at::TensorOptions target = options(dtype, {CT_CPU, 0});
    size_t needed = size_t(tensor->value.numel()) * target.dtype().itemsize();
    TORCH_CHECK(bytes == needed, "the buffer has ", bytes, " bytes, the elements ", needed);
    if (bytes == 0) return;
    at::from_blob(destination, tensor->value.sizes(), target).copy_(tensor->value.detach());
  });
}

ct_status ct_tensor_data(const ct_tensor *tensor, void **out, size_t *bytes) {
  return guarded([&] {
    TORCH_CHECK(tensor->value.device().is_cpu(), "the tensor is not in main memory");
    TORCH_CHECK(tensor->value.is_contiguous(), "the tensor is not contiguous: call contiguous()");
    *out = tensor->value.data_ptr();
    *bytes = tensor->value.nbytes();
  });
}

const void *ct_tensor_address(const ct_tensor *tensor) {
  return tensor->value.has_storage() ? tensor->value.const_data_ptr() : nullptr;
}

int64_t ct_tensor_version(const ct_tensor *tensor) {
  return tensor->value.is_inference() ? -1 : int64_t(tensor->value._version());
}

// Creation

ct_status ct_empty(const ptrdiff_t *shape, ptrdiff_t rank, int32_t dtype, ct_device device,
                   ct_tensor **out) {
  return giving(out, [&] { return at::empty(sizes(shape, rank), options(dtype, device)); });
}

ct_status ct_full(const ptrdiff_t *shape, ptrdiff_t rank, double value, int32_t dtype,
                  ct_device device, ct_tensor **out) {
  return giving(out, [&] {
    return at::empty(sizes(shape, rank), options(dtype, device)).fill_(value);
  });
}

ct_status ct_arange(double start, double end, double step, int32_t dtype, ct_device device,
                    ct_tensor **out) {
  return giving(out, [&] { return at::arange(start, end, step, options(dtype, device)); });
}

ct_status ct_copying(const void *bytes, size_t count, const ptrdiff_t *shape, ptrdiff_t rank,
                     int32_t dtype, ct_tensor **out) {
  return giving(out, [&] {
    auto tensor = at::empty(sizes(shape, rank), options(dtype, {CT_CPU, 0}));
    TORCH_CHECK(tensor.nbytes() == count, "the shape needs ", tensor.nbytes(), " bytes, given ",
                count);
    if (count > 0) memcpy(tensor.data_ptr(), bytes, count);
    return tensor;
  });
}

ct_status ct_copying_channels_last(const float *nhwc, size_t count, ptrdiff_t images,
                                   ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels,
                                   ct_tensor **out) {
  return giving(out, [&] {
    auto tensor = at::empty({images, height, width, channels}, at::kFloat);
    TORCH_CHECK(size_t(tensor.numel()) == count, "the shape needs ", tensor.numel(),
                " values, given ", count);
    if (count > 0) memcpy(tensor.data_ptr(), nhwc, count * sizeof(float));
    return tensor.permute({0, 3, 1, 2});
  });
}

ct_status ct_normal(const ptrdiff_t *shape, ptrdiff_t rank, double mean, double deviation,
                    uint64_t seed, ct_tensor **out) {
  return giving(out, [&] {
    auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    return at::empty(sizes(shape, rank), at::kFloat).normal_(mean, deviation, generator);
  });
}

ct_status ct_uniform(const ptrdiff_t *shape, ptrdiff_t rank, double low, double high,
                     uint64_t seed, ct_tensor **out) {
  return giving(out, [&] {
    auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    return at::empty(sizes(shape, rank), at::kFloat).uniform_(low, high, generator);
  });
}

// Shape and layout

ct_status ct_reshape(const ct_tensor *x, const ptrdiff_t *shape, ptrdiff_t rank, ct_tensor **out) {
  return giving(out, [&] { return x->value.reshape(sizes(shape, rank)); });
}

ct_status ct_flatten(const ct_tensor *x, ptrdiff_t first, ptrdiff_t last, ct_tensor **out) {
  return giving(out, [&] { return x->value.flatten(first, last); });
}

ct_status ct_permute(const ct_tensor *x, const ptrdiff_t *dims, ptrdiff_t rank, ct_tensor **out) {
  return giving(out, [&] { return x->value.permute(sizes(dims, rank)); });
}

ct_status ct_transpose(const ct_tensor *x, ptrdiff_t a, ptrdiff_t b, ct_tensor **out) {
  return giving(out, [&] { return x->value.transpose(a, b); });
}

ct_status ct_narrow(const ct_tensor *x, ptrdiff_t dim, ptrdiff_t start, ptrdiff_t length,
                    ct_tensor **out) {
  return giving(out, [&] { return x->value.narrow(dim, start, length); });
}

ct_status ct_select(const ct_tensor *x, ptrdiff_t dim, ptrdiff_t index, ct_tensor **out) {
  return giving(out, [&] { return x->value.select(dim, index); });
}

ct_status ct_unsqueeze(const ct_tensor *x, ptrdiff_t dim, ct_tensor **out) {
  return giving(out, [&] { return x->value.unsqueeze(dim); });
}

ct_status ct_squeeze(const ct_tensor *x, ptrdiff_t dim, ct_tensor **out) {
  return giving(out, [&] { return x->value.squeeze(dim); });
}

ct_status ct_expand(const ct_tensor *x, const ptrdiff_t *shape, ptrdiff_t rank, ct_tensor **out) {
  return giving(out, [&] { return x->value.expand(sizes(shape, rank)); });
}

ct_status ct_cat(ct_tensors tensors, ptrdiff_t count, ptrdiff_t dim, ct_tensor **out) {
  return giving(out, [&] { return at::cat(list(tensors, count), dim); });
}

ct_status ct_stack(ct_tensors tensors, ptrdiff_t count, ptrdiff_t dim, ct_tensor **out) {
  return giving(out, [&] { return at::stack(list(tensors, count), dim); });
}

ct_status ct_contiguous(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return x->value.contiguous(); });
}

ct_status ct_channels_last(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return x->value.contiguous(at::MemoryFormat::ChannelsLast); });
}

ct_status ct_to_dtype(const ct_tensor *x, int32_t dtype, ct_tensor **out) {
  return giving(out, [&] { return x->value.to(at::ScalarType(dtype)); });
}

ct_status ct_to_device(const ct_tensor *x, ct_device where, ct_tensor **out) {
  return giving(out, [&] { return x->value.to(device(where)); });
}

ct_status ct_clone(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return x->value.clone(); });
}

ct_status ct_detach(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return x->value.detach(); });
}

ct_status ct_set_data(ct_tensor *x, const ct_tensor *source) {
  return guarded([&] { x->value.set_data(source->value); });
}

// Indexing

static c10::List<std::optional<at::Tensor>> index_list(ct_tensors indices, ptrdiff_t count) {
  c10::List<std::optional<at::Tensor>> values;
  for (ptrdiff_t i = 0; i < count; ++i) values.push_back(indices[i]->value);
  return values;
}

ct_status ct_index_select(const ct_tensor *x, ptrdiff_t dim, const ct_tensor *index,
                          ct_tensor **out) {
  return giving(out, [&] { return x->value.index_select(dim, index->value); });
}

ct_status ct_gather(const ct_tensor *x, ptrdiff_t dim, const ct_tensor *index, ct_tensor **out) {
  return giving(out, [&] { return x->value.gather(dim, index->value); });
}

ct_status ct_index(const ct_tensor *x, ct_tensors indices, ptrdiff_t count, ct_tensor **out) {
  return giving(out, [&] { return at::index(x->value, index_list(indices, count)); });
}

ct_status ct_index_put(const ct_tensor *x, ct_tensors indices, ptrdiff_t count,
                       const ct_tensor *values, bool accumulate, ct_tensor **out) {
  return giving(out, [&] {
    return at::index_put(x->value, index_list(indices, count), values->value, accumulate);
  });
}

ct_status ct_index_put_(ct_tensor *x, ct_tensors indices, ptrdiff_t count,
                        const ct_tensor *values, bool accumulate) {
  return guarded([&] {
    at::index_put_(x->value, index_list(indices, count), values->value, accumulate);
  });
}

ct_status ct_index_add(const ct_tensor *x, ptrdiff_t dim, const ct_tensor *index,
                       const ct_tensor *source, ct_tensor **out) {
  return giving(out, [&] { return x->value.index_add(dim, index->value, source->value); });
}

ct_status ct_masked_fill(const ct_tensor *x, const ct_tensor *mask, double value,
                         ct_tensor **out) {
  return giving(out, [&] { return x->value.masked_fill(mask->value, scalar(x->value, value)); });
}

ct_status ct_nonzero(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return x->value.nonzero(); });
}
