/// The C header over the LibTorch calls that `Torch` makes.
///
/// Rules: every call returns a `ct_status`; results come by out parameter and are owned (+1), to be
/// freed with the `_free` of their kind; nothing throws, prints or falls back on a default. An out
/// parameter is written only when the status is CT_OK. Shapes are `ptrdiff_t`, Swift's `Int`.
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

typedef struct ct_tensor ct_tensor;
typedef struct ct_inference_mode ct_inference_mode;

/// What a call came to. A message is present unless `code` is CT_OK; free it with ct_message_free.
typedef struct ct_status {
  int32_t code;
  char *_Nullable message;
} ct_status;

enum {
  CT_OK = 0,
  CT_INVALID = 1,        // shapes, dtypes, devices or values that do not fit
  CT_OUT_OF_MEMORY = 2,  // an allocation failed
  CT_UNSUPPORTED = 3,    // this build or device lacks the operation
  CT_FAILED = 4          // anything else
};

/// Element types; the numbers are c10::ScalarType's, checked in shim.hpp.
enum {
  CT_UINT8 = 0,
  CT_INT8 = 1,
  CT_INT16 = 2,
  CT_INT32 = 3,
  CT_INT64 = 4,
  CT_FLOAT16 = 5,
  CT_FLOAT32 = 6,
  CT_FLOAT64 = 7,
  CT_BOOL = 11,
  CT_BFLOAT16 = 15
};

enum { CT_CPU = 0, CT_CUDA = 1 };

typedef struct ct_device {
  int8_t kind;
  int8_t index;
} ct_device;

/// How a loss is gathered; the numbers are at::Reduction's.
enum { CT_ELEMENTWISE = 0, CT_MEAN = 1, CT_SUM = 2 };

typedef const ct_tensor *_Nonnull const *_Nonnull ct_tensors;

void ct_message_free(char *_Nullable message);

// Life and reading (ct_tensor.cpp)
void ct_tensor_free(ct_tensor *tensor);
ptrdiff_t ct_tensor_rank(const ct_tensor *tensor);
ptrdiff_t ct_tensor_size(const ct_tensor *tensor, ptrdiff_t dim);
ptrdiff_t ct_tensor_stride(const ct_tensor *tensor, ptrdiff_t dim);
ptrdiff_t ct_tensor_count(const ct_tensor *tensor);
int32_t ct_tensor_dtype(const ct_tensor *tensor);
ct_device ct_tensor_device(const ct_tensor *tensor);
bool ct_tensor_is_contiguous(const ct_tensor *tensor);
bool ct_tensor_is_channels_last(const ct_tensor *tensor);
ct_status ct_tensor_item(const ct_tensor *tensor, double *out);
ct_status ct_tensor_item_int(const ct_tensor *tensor, int64_t *out);
/// Writes all elements, converted to `dtype`, row-major, to `destination`.
ct_status ct_tensor_read(const ct_tensor *tensor, int32_t dtype, void *_Nullable destination,
                         size_t bytes);
/// The first byte of a contiguous tensor in main memory; null when it holds no element.
ct_status ct_tensor_data(const ct_tensor *tensor, void *_Nullable *_Nonnull out, size_t *bytes);
/// The first byte of the elements, wherever they are, not to be read; null when there is none.
const void *_Nullable ct_tensor_address(const ct_tensor *tensor);
/// How often the elements were written in place; -1 where LibTorch does not count.
int64_t ct_tensor_version(const ct_tensor *tensor);

// Creation (ct_tensor.cpp)
ct_status ct_empty(const ptrdiff_t *shape, ptrdiff_t rank, int32_t dtype, ct_device device,
                   ct_tensor *_Nullable *_Nonnull out);
ct_status ct_full(const ptrdiff_t *shape, ptrdiff_t rank, double value, int32_t dtype,
                  ct_device device, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_arange(double start, double end, double step, int32_t dtype, ct_device device,
                    ct_tensor *_Nullable *_Nonnull out);
ct_status ct_copying(const void *_Nullable bytes, size_t count, const ptrdiff_t *shape,
                     ptrdiff_t rank, int32_t dtype, ct_tensor *_Nullable *_Nonnull out);
/// Copies NHWC memory to a tensor of shape (N, C, H, W) whose memory order stays NHWC.
ct_status ct_copying_channels_last(const float *_Nullable nhwc, size_t count, ptrdiff_t images,
                                   ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels,
                                   ct_tensor *_Nullable *_Nonnull out);
ct_status ct_normal(const ptrdiff_t *shape, ptrdiff_t rank, double mean, double deviation,
                    uint64_t seed, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_uniform(const ptrdiff_t *shape, ptrdiff_t rank, double low, double high,
                     uint64_t seed, ct_tensor *_Nullable *_Nonnull out);

// Shape and layout (ct_tensor.cpp)
ct_status ct_reshape(const ct_tensor *x, const ptrdiff_t *shape, ptrdiff_t rank,
                     ct_tensor *_Nullable *_Nonnull out);
ct_status ct_flatten(const ct_tensor *x, ptrdiff_t first, ptrdiff_t last,
                     ct_tensor *_Nullable *_Nonnull out);
ct_status ct_permute(const ct_tensor *x, const ptrdiff_t *dims, ptrdiff_t rank,
                     ct_tensor *_Nullable *_Nonnull out);
ct_status ct_transpose(const ct_tensor *x, ptrdiff_t a, ptrdiff_t b,
                       ct_tensor *_Nullable *_Nonnull out);
ct_status ct_narrow(const ct_tensor *x, ptrdiff_t dim, ptrdiff_t start, ptrdiff_t length,
                    ct_tensor *_Nullable *_Nonnull out);
ct_status ct_select(const ct_tensor *x, ptrdiff_t dim, ptrdiff_t index,
                    ct_tensor *_Nullable *_Nonnull out);
ct_status ct_unsqueeze(const ct_tensor *x, ptrdiff_t dim, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_squeeze(const ct_tensor *x, ptrdiff_t dim, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_expand(const ct_tensor *x, const ptrdiff_t *shape, ptrdiff_t rank,
                    ct_tensor *_Nullable *_Nonnull out);
ct_status ct_cat(ct_tensors tensors, ptrdiff_t count, ptrdiff_t dim,
                 ct_tensor *_Nullable *_Nonnull out);
ct_status ct_stack(ct_tensors tensors, ptrdiff_t count, ptrdiff_t dim,
                   ct_tensor *_Nullable *_Nonnull out);
ct_status ct_contiguous(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_channels_last(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_to_dtype(const ct_tensor *x, int32_t dtype, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_to_device(const ct_tensor *x, ct_device device, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_clone(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_detach(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
/// Makes `x` refer to the storage of `source`, whatever its dtype and device; `x` stays `x`.
ct_status ct_set_data(ct_tensor *x, const ct_tensor *source);

// Indexing (ct_tensor.cpp)
ct_status ct_index_select(const ct_tensor *x, ptrdiff_t dim, const ct_tensor *index,
                          ct_tensor *_Nullable *_Nonnull out);
ct_status ct_gather(const ct_tensor *x, ptrdiff_t dim, const ct_tensor *index,
                    ct_tensor *_Nullable *_Nonnull out);
/// One index tensor per leading dimension: int64, or one mask over the leading dimensions.
ct_status ct_index(const ct_tensor *x, ct_tensors indices, ptrdiff_t count,
                   ct_tensor *_Nullable *_Nonnull out);
ct_status ct_index_put(const ct_tensor *x, ct_tensors indices, ptrdiff_t count,
                       const ct_tensor *values, bool accumulate,
                       ct_tensor *_Nullable *_Nonnull out);
ct_status ct_index_put_(ct_tensor *x, ct_tensors indices, ptrdiff_t count,
                        const ct_tensor *values, bool accumulate);
ct_status ct_index_add(const ct_tensor *x, ptrdiff_t dim, const ct_tensor *index,
                       const ct_tensor *source, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_masked_fill(const ct_tensor *x, const ct_tensor *mask, double value,
                         ct_tensor *_Nullable *_Nonnull out);
ct_status ct_nonzero(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);

// Arithmetic (ct_math.cpp)
ct_status ct_add(const ct_tensor *a, const ct_tensor *b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_subtract(const ct_tensor *a, const ct_tensor *b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_multiply(const ct_tensor *a, const ct_tensor *b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_divide(const ct_tensor *a, const ct_tensor *b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_add_scalar(const ct_tensor *a, double b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_scalar_subtract(double a, const ct_tensor *b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_multiply_scalar(const ct_tensor *a, double b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_divide_scalar(const ct_tensor *a, double b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_scalar_divide(double a, const ct_tensor *b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_floor_divide(const ct_tensor *a, int64_t b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_remainder(const ct_tensor *a, int64_t b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_matmul(const ct_tensor *a, const ct_tensor *b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_minimum(const ct_tensor *a, const ct_tensor *b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_maximum(const ct_tensor *a, const ct_tensor *b, ct_tensor *_Nullable *_Nonnull out);

ct_status ct_negate(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_exp(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_log(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_log1p(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_expm1(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_abs(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_sqrt(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_square(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_sigmoid(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_log_sigmoid(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_softplus(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_atan2(const ct_tensor *y, const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_relu(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_floor(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_round(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_is_finite(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_pow(const ct_tensor *x, double exponent, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_clamp(const ct_tensor *x, const double *_Nullable low, const double *_Nullable high,
                   ct_tensor *_Nullable *_Nonnull out);

// Comparison and logic (ct_math.cpp)
enum { CT_LT = 0, CT_LE = 1, CT_GT = 2, CT_GE = 3, CT_EQ = 4, CT_NE = 5 };
ct_status ct_compare(const ct_tensor *a, int32_t relation, const ct_tensor *b,
                     ct_tensor *_Nullable *_Nonnull out);
ct_status ct_compare_scalar(const ct_tensor *a, int32_t relation, double b,
                            ct_tensor *_Nullable *_Nonnull out);
ct_status ct_logical_and(const ct_tensor *a, const ct_tensor *b,
                         ct_tensor *_Nullable *_Nonnull out);
ct_status ct_logical_or(const ct_tensor *a, const ct_tensor *b, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_logical_not(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_where(const ct_tensor *condition, const ct_tensor *a, const ct_tensor *b,
                   ct_tensor *_Nullable *_Nonnull out);
ct_status ct_where_scalar(const ct_tensor *condition, const ct_tensor *a, double b,
                          ct_tensor *_Nullable *_Nonnull out);

// In place (ct_math.cpp)
ct_status ct_add_(ct_tensor *x, const ct_tensor *other, double scale);
ct_status ct_add_scalar_(ct_tensor *x, double other);
ct_status ct_multiply_(ct_tensor *x, const ct_tensor *other);
ct_status ct_multiply_scalar_(ct_tensor *x, double other);
ct_status ct_fill_(ct_tensor *x, double value);
ct_status ct_copy_(ct_tensor *x, const ct_tensor *source);
ct_status ct_lerp_(ct_tensor *x, const ct_tensor *end, double weight);
ct_status ct_clamp_(ct_tensor *x, const double *_Nullable low, const double *_Nullable high);

// Reductions and order (ct_math.cpp). No dims: all of them.
ct_status ct_sum(const ct_tensor *x, const ptrdiff_t *_Nullable dims, ptrdiff_t count, bool keep,
                 ct_tensor *_Nullable *_Nonnull out);
ct_status ct_mean(const ct_tensor *x, const ptrdiff_t *_Nullable dims, ptrdiff_t count, bool keep,
                  ct_tensor *_Nullable *_Nonnull out);
ct_status ct_amax(const ct_tensor *x, const ptrdiff_t *_Nullable dims, ptrdiff_t count, bool keep,
                  ct_tensor *_Nullable *_Nonnull out);
ct_status ct_amin(const ct_tensor *x, const ptrdiff_t *_Nullable dims, ptrdiff_t count, bool keep,
                  ct_tensor *_Nullable *_Nonnull out);
ct_status ct_max_dim(const ct_tensor *x, ptrdiff_t dim, bool keep,
                     ct_tensor *_Nullable *_Nonnull values, ct_tensor *_Nullable *_Nonnull indices);
ct_status ct_min_dim(const ct_tensor *x, ptrdiff_t dim, bool keep,
                     ct_tensor *_Nullable *_Nonnull values, ct_tensor *_Nullable *_Nonnull indices);
ct_status ct_norm(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_all(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_any(const ct_tensor *x, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_argmax(const ct_tensor *x, ptrdiff_t dim, bool keep,
                    ct_tensor *_Nullable *_Nonnull out);
ct_status ct_top_k(const ct_tensor *x, ptrdiff_t k, ptrdiff_t dim, bool largest,
                   ct_tensor *_Nullable *_Nonnull values, ct_tensor *_Nullable *_Nonnull indices);
ct_status ct_sort(const ct_tensor *x, ptrdiff_t dim, bool descending,
                  ct_tensor *_Nullable *_Nonnull values, ct_tensor *_Nullable *_Nonnull indices);
ct_status ct_cumsum(const ct_tensor *x, ptrdiff_t dim, ct_tensor *_Nullable *_Nonnull out);

// Convolutions of 3x3 by Winograd's minimal filtering (ct_winograd.cpp): whether ct_conv2d takes it is
// the calling thread's own choice.
enum {
  CT_WINOGRAD_USUALLY = -1, // as the program began
  CT_WINOGRAD_NEVER = 0,
  CT_WINOGRAD_WHERE_FASTER = 1,
  CT_WINOGRAD_ALWAYS = 2, // where it is possible
};
void ct_set_winograd(int32_t choice);
int32_t ct_winograd(void);
const char *ct_winograd_instruction_set(void);
bool ct_choose_winograd_instruction_set(const char *_Nullable name);
/// The convolution of 3x3 with stride 1 and padding 1 of each of several batches of pictures, plus
/// bias, at least 0 if `rectified`. `out` holds as many.
ct_status ct_convolve_each(ct_tensors pictures, ptrdiff_t count, const ct_tensor *weight,
                           const ct_tensor *_Nullable bias, bool rectified,
                           ct_tensor *_Nullable *_Nonnull out);

// Network operations (ct_network.cpp)
ct_status ct_conv2d(const ct_tensor *x, const ct_tensor *weight, const ct_tensor *_Nullable bias,
                    ptrdiff_t stride, ptrdiff_t padding, ptrdiff_t dilation, ptrdiff_t groups,
                    ct_tensor *_Nullable *_Nonnull out);
ct_status ct_max_pool2d(const ct_tensor *x, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t padding,
                        ct_tensor *_Nullable *_Nonnull out);
ct_status ct_batch_norm(const ct_tensor *x, const ct_tensor *_Nullable weight,
                        const ct_tensor *_Nullable bias, ct_tensor *_Nullable mean,
                        ct_tensor *_Nullable variance, bool training, double momentum,
                        double epsilon, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_group_norm(const ct_tensor *x, ptrdiff_t groups, const ct_tensor *_Nullable weight,
                        const ct_tensor *_Nullable bias, double epsilon,
                        ct_tensor *_Nullable *_Nonnull out);
ct_status ct_upsample_nearest(const ct_tensor *x, ptrdiff_t height, ptrdiff_t width,
                              ct_tensor *_Nullable *_Nonnull out);
ct_status ct_linear(const ct_tensor *x, const ct_tensor *weight, const ct_tensor *_Nullable bias,
                    ct_tensor *_Nullable *_Nonnull out);
ct_status ct_smooth_l1(const ct_tensor *x, const ct_tensor *target, double beta, int32_t reduction,
                       ct_tensor *_Nullable *_Nonnull out);
ct_status ct_l1(const ct_tensor *x, const ct_tensor *target, int32_t reduction,
                ct_tensor *_Nullable *_Nonnull out);

// Lists of tensors (ct_network.cpp)
/// One step of stochastic gradient descent over `count` parameters of one dtype and device.
ct_status ct_fused_sgd_(ct_tensor *_Nonnull const *_Nonnull parameters, ct_tensors gradients,
                        ct_tensor *_Nonnull const *_Nullable momenta, ptrdiff_t count,
                        double weight_decay, double momentum, double rate, bool nesterov);
/// One step of AdamW over `count` parameters of one dtype and device; `step` counts from 1.
ct_status ct_fused_adamw_(ct_tensor *_Nonnull const *_Nonnull parameters, ct_tensors gradients,
                          ct_tensor *_Nonnull const *_Nonnull means,
                          ct_tensor *_Nonnull const *_Nonnull squares, ptrdiff_t count,
                          int64_t step, double rate, double beta1, double beta2,
                          double weight_decay, double epsilon);
ct_status ct_foreach_lerp_(ct_tensor *_Nonnull const *_Nonnull tensors, ct_tensors ends,
                           ptrdiff_t count, double weight);
ct_status ct_foreach_copy_(ct_tensor *_Nonnull const *_Nonnull tensors, ct_tensors sources,
                           ptrdiff_t count);
ct_status ct_foreach_multiply_(ct_tensor *_Nonnull const *_Nonnull tensors, ptrdiff_t count,
                               double factor);
/// The Euclidean norm of all elements of all tensors together, in double precision across tensors.
ct_status ct_global_norm(ct_tensors tensors, ptrdiff_t count, double *out);

// Autograd (ct_runtime.cpp)
bool ct_requires_gradient(const ct_tensor *tensor);
ct_status ct_set_requires_gradient(ct_tensor *tensor, bool required);
bool ct_is_leaf(const ct_tensor *tensor);
/// Null when there is no gradient yet.
ct_status ct_gradient(const ct_tensor *tensor, ct_tensor *_Nullable *_Nonnull out);
ct_status ct_set_gradient(ct_tensor *tensor, const ct_tensor *_Nullable gradient);
ct_status ct_backward(const ct_tensor *tensor, const ct_tensor *_Nullable gradient,
                      bool keep_graph);

// Modes of the calling thread (ct_runtime.cpp)
bool ct_gradient_enabled(void);
void ct_set_gradient_enabled(bool enabled);
ct_status ct_inference_mode_enter(ct_inference_mode *_Nullable *_Nonnull out);
void ct_inference_mode_leave(ct_inference_mode *mode);
typedef struct ct_autocast_state {
  bool enabled;
  int32_t dtype;
} ct_autocast_state;
ct_status ct_autocast_enter(int8_t device_kind, int32_t dtype, ct_autocast_state *previous);
void ct_autocast_leave(int8_t device_kind, ct_autocast_state previous);

// Engine (ct_runtime.cpp)
const char *ct_version(void);
const char *ct_cpu_capability(void);
ct_status ct_has_fast_bfloat16(bool *out);
bool ct_cuda_available(void);
ptrdiff_t ct_threads(void);
ct_status ct_set_threads(ptrdiff_t count);
ct_status ct_seed(uint64_t seed);
bool ct_deterministic(void);
ct_status ct_set_deterministic(bool deterministic);
ct_status ct_random_state(ct_tensor *_Nullable *_Nonnull out);
ct_status ct_set_random_state(const ct_tensor *state);
/// From now on, memory of freed tensors waits for the next tensor (ct_allocator.cpp).
void ct_keep_freed_memory(void);
/// Gives back what waits.
void ct_release_freed_memory(void);
/// How much waits.
size_t ct_kept_bytes(void);
/// The greatest memory that this process has occupied; 0 where it cannot be asked.
ptrdiff_t ct_peak_resident_bytes(void);

// The fused focal loss (ct_focal.cpp)
enum { CT_LOSS_SUM = 0, CT_LOSS_ROWS = 1, CT_LOSS_ELEMENTS = 2 };
/// `scale` times the focal loss of logits [N, K], float32 or bfloat16 in main memory, whose rows are
/// classes [N], int64: a category, -1 background or -2 ignored. Objects weigh alpha, background
/// 1 - alpha; both weigh 1 where alpha < 0. The loss is float32 of shape [], [N] or [N, K].
ct_status ct_fused_focal_loss(const ct_tensor *logits, const ct_tensor *classes, double alpha,
                              double gamma, double scale, int32_t form,
                              ct_tensor *_Nullable *_Nonnull out);
/// The instructions that the fused loss is computed with on this thread.
const char *ct_fused_loss_instruction_set(void);
/// Chooses them by name for this thread, the best there are for null; false where they are not there.
bool ct_choose_fused_loss_instruction_set(const char *_Nullable name);
/// Reads x once and writes as much: the least time that a loss with its gradient can take.
ct_status ct_streaming_pass(const ct_tensor *x, ct_tensor *ready);

// Networks as TorchScript (ct_script.cpp)
typedef struct ct_script ct_script;
ct_status ct_script_new(const char *name, ct_script *_Nullable *_Nonnull out);
void ct_script_free(ct_script *script);
ct_status ct_script_add_buffer(ct_script *script, const char *name, const ct_tensor *tensor);
/// Compiles methods, which see the buffers as attributes of `self`.
ct_status ct_script_define(ct_script *script, const char *source);
/// Writes the module and one text beside it in the same archive.
ct_status ct_script_save(const ct_script *script, const char *path, const char *note_name,
                         const char *note);
/// Reads a module, and the text of that name, empty where there is none; free it with ct_message_free.
ct_status ct_script_load(const char *path, const char *note_name,
                         ct_script *_Nullable *_Nonnull out, char *_Nullable *_Nonnull note);
/// Runs `forward`, which returns a tuple of `output_count` tensors.
ct_status ct_script_run(ct_script *script, ct_tensors inputs, ptrdiff_t input_count,
                        ct_tensor *_Nullable *_Nonnull outputs, ptrdiff_t output_count);

// What tensors of the calling thread occupy (ct_allocation_watch.cpp)
typedef struct ct_allocation_watch ct_allocation_watch;
ct_status ct_allocation_watch_begin(ct_allocation_watch *_Nullable *_Nonnull out);
/// The most bytes that were occupied at once since the watch began, less what was then. Watches end in
/// the reverse order of their beginning.
size_t ct_allocation_watch_end(ct_allocation_watch *watch);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
#endif
