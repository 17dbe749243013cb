/// The C header over what a network needs when it only predicts: convolutions whose weights were
/// packed beforehand, with bias, addition and ReLU in one pass. After the rules of CTorch.h: a status
/// from every call, owned results by out parameter, nothing thrown or printed.
///
/// All of it is for main memory and without differentiation; a convolution is used on one thread at a
/// time. Pictures are [N, C, H, W] in channels-last order.
#ifndef CTORCH_INFERENCE_H
#define CTORCH_INFERENCE_H

#include "../../CTorch/include/CTorch.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// How a kernel moves.
typedef struct ct_convolution_window {
  ptrdiff_t stride, padding, dilation, groups;
} ct_convolution_window;

/// A convolution in float32 or bfloat16 (packed_convolution.cpp).
typedef struct ct_packed_convolution ct_packed_convolution;

/// `weight` is float32 [out, in / groups, side, side], `bias` float32 [out]. `dtype` is that of the
/// pictures: CT_FLOAT32 or CT_BFLOAT16.
ct_status ct_packed_convolution_new(const ct_tensor *weight, const ct_tensor *_Nullable bias,
                                    ct_convolution_window window, int32_t dtype,
                                    ct_packed_convolution *_Nullable *_Nonnull out);
void ct_packed_convolution_free(ct_packed_convolution *convolution);
/// How it would convolve these pictures: true by Winograd's filtering, false by its definition.
bool ct_packed_convolution_filters(const ct_packed_convolution *convolution, ct_tensors pictures,
                                   ptrdiff_t count);
/// The convolution of each of `count` pictures, plus bias, plus what is added (null, or one alike each
/// result), at least 0 if `rectified`, in `dtype`. Where `wanted` is not null ([N, 1, H, W] float32 for
/// each of the pictures), places that are 0 in it may be left 0.
ct_status ct_packed_convolution_run(ct_packed_convolution *convolution, ct_tensors pictures,
                                    ptrdiff_t count,
                                    const ct_tensor *_Nonnull const *_Nullable added,
                                    bool rectified, int32_t dtype,
                                    const ct_tensor *_Nonnull const *_Nullable wanted,
                                    ct_tensor *_Nullable *_Nonnull out);

/// A convolution in 8-bit integers (quantized_convolution.cpp): pictures and results stand for
/// (value - zero) * scale, value in 0...255; weights for value * scale of their output.
typedef struct ct_quantized_convolution ct_quantized_convolution;

/// `weight` is int8 [out, in / groups, side, side], `scales` float32 [out], `bias` float32 [out].
ct_status ct_quantized_convolution_new(const ct_tensor *weight, const ct_tensor *scales,
                                       const ct_tensor *_Nullable bias,
                                       ct_convolution_window window, double scale, int64_t zero,
                                       ct_quantized_convolution *_Nullable *_Nonnull out);
void ct_quantized_convolution_free(ct_quantized_convolution *convolution);
/// The convolution of one batch of uint8 pictures, at least 0 if `rectified`: as uint8 of `scale` and
/// `zero` where `dtype` is CT_UINT8, else as CT_FLOAT32 or CT_BFLOAT16. What is added is uint8 of its
/// own scale and zero, and is overwritten.
ct_status ct_quantized_convolution_run(ct_quantized_convolution *convolution,
                                       const ct_tensor *pictures, ct_tensor *_Nullable added,
                                       double added_scale, int64_t added_zero, bool rectified,
                                       int32_t dtype, double scale, int64_t zero,
                                       ct_tensor *_Nullable *_Nonnull out);

/// Whether the processor has instructions for it.
bool ct_has_fast_int8(void);

/// float32 or bfloat16 -> uint8: x times 1 / scale in float32, rounded (ties to even), plus zero, kept within
/// 0...255; 0 for NaN (quantizing.cpp).
ct_status ct_quantize(const ct_tensor *x, double scale, int64_t zero,
                      ct_tensor *_Nullable *_Nonnull out);
/// uint8 -> float32 or bfloat16: (x - zero) * scale.
ct_status ct_dequantize(const ct_tensor *x, double scale, int64_t zero, int32_t dtype,
                        ct_tensor *_Nullable *_Nonnull out);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
#endif
