/// The C header over the parts of LibTorch by which processes work together (c10d), after the rules of
/// CTorch.h: a status from every call, owned results by out parameter, nothing thrown or printed.
///
/// A store may be used on any thread. The calls of a group are made on one thread, in the same order
/// in every process; ct_group_abort may come from any.
#ifndef CTORCH_DISTRIBUTED_H
#define CTORCH_DISTRIBUTED_H

#include "../../CTorch/include/CTorch.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// A code of ct_status beside those of CTorch.h: another process is gone, or ct_group_abort was called.
enum { CT_DISCONNECTED = 5 };

typedef struct ct_store ct_store;
typedef struct ct_group ct_group;
typedef struct ct_reducer ct_reducer;

/// A key-value store that all processes reach (store.cpp).
///
/// `port` 0 lets the serving process find a free one. Connecting waits `milliseconds` at most, and so
/// does each ct_store_get.
ct_status ct_store_over_tcp(const char *host, uint16_t port, bool serves, int64_t milliseconds,
                            ct_store *_Nullable *_Nonnull out);
ct_status ct_store_in_file(const char *path, ptrdiff_t workers, int64_t milliseconds,
                           ct_store *_Nullable *_Nonnull out);
/// The same store over a connection of its own.
ct_status ct_store_clone(const ct_store *store, ct_store *_Nullable *_Nonnull out);
void ct_store_free(ct_store *store);
/// 0 for a store in a file.
uint16_t ct_store_port(const ct_store *store);
ct_status ct_store_set(const ct_store *store, const char *key, const void *_Nullable bytes,
                       size_t count);
/// Sets a key only where nobody did.
ct_status ct_store_set_first(const ct_store *store, const char *key, const void *_Nullable bytes,
                             size_t count);
ct_status ct_store_has(const ct_store *store, const char *key, bool *out);
/// Waits for the key; its bytes as a tensor.
ct_status ct_store_get(const ct_store *store, const char *key, ct_tensor *_Nullable *_Nonnull out);
/// The bytes of keys that are all there.
ct_status ct_store_get_each(const ct_store *store, const char *_Nonnull const *_Nonnull keys,
                            ptrdiff_t count, ct_tensor *_Nullable *_Nonnull out);

/// A process group over Gloo (group.cpp). `interface` and `address` say which of this machine's
/// addresses the others reach it by; without either it is the one that its name stands for.
ct_status ct_group_open(const ct_store *store, const char *name, ptrdiff_t rank, ptrdiff_t count,
                        const char *_Nullable interface, const char *_Nullable address,
                        int64_t milliseconds, ct_group *_Nullable *_Nonnull out);
void ct_group_free(ct_group *group);
/// In place, over all processes.
ct_status ct_group_sum_(const ct_group *group, ct_tensor *tensor);
ct_status ct_group_max_(const ct_group *group, ct_tensor *tensor);
/// Overwrites the tensors of all processes with those of one.
ct_status ct_group_broadcast_(const ct_group *group, ct_tensor *const _Nonnull *_Nonnull tensors,
                              ptrdiff_t count, ptrdiff_t source);
/// The bytes of every process, of any lengths, as tensors in the order of the ranks.
ct_status ct_group_gather(const ct_group *group, const void *_Nullable bytes, size_t count,
                          ct_tensor *_Nullable *_Nonnull out);
ct_status ct_group_barrier(const ct_group *group);
/// Lets every call under way or to come fail for this reason.
void ct_group_abort(const ct_group *group, const char *reason);
/// How long callers waited for other processes, in seconds: in the calls above, and in a backward pass
/// from the moment when the last gradients were on their way.
double ct_group_waited(const ct_group *group);

/// Sums gradients over the processes of a group during the backward pass (reducer.cpp).
ct_status ct_reducer_open(const ct_group *group, ct_tensors parameters, ptrdiff_t count,
                          int64_t first_bucket_bytes, int64_t bucket_bytes,
                          ct_reducer *_Nullable *_Nonnull out);
void ct_reducer_free(ct_reducer *reducer);
/// The backward pass of `loss`, at whose end each parameter's gradient is the sum over all processes,
/// of this pass and of those that ran without a reducer since the gradients were cleared.
ct_status ct_reducer_backward(ct_reducer *reducer, const ct_tensor *loss);

/// Batch norm whose statistics are those of the pictures of all processes (batch_norm.cpp), in its
/// backward pass too. `mean` and `variance` (biased) are over `elements` values a channel.
ct_status ct_shared_batch_norm(const ct_group *group, const ct_tensor *x, const ct_tensor *weight,
                               const ct_tensor *bias, double epsilon,
                               ct_tensor *_Nullable *_Nonnull out,
                               ct_tensor *_Nullable *_Nonnull mean,
                               ct_tensor *_Nullable *_Nonnull variance, double *elements);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
