// Creation, inspection, copies. dtype: c10::ScalarType; device: 0 is the CPU, 1 + i is cuda:i.
#ifndef CT_TENSOR_H
#define CT_TENSOR_H
#include "ct_core.h"
CT_BEGIN
void ct_release(CTTensor t);
CTTensor ct_retain(CTTensor t);  // one more reference

CTStatus ct_full(const int64_t *sizes, int32_t n, double value, int32_t dtype, int32_t device, CTTensor *out);
CTStatus ct_empty(const int64_t *sizes, int32_t n, int32_t dtype, int32_t device, CTTensor *out);
CTStatus ct_arange(int64_t n, int32_t dtype, int32_t device, CTTensor *out);
CTStatus ct_from_bytes(const void *data, size_t bytes, const int64_t *sizes, int32_t n, int32_t dtype, CTTensor *out);
// Memory of the caller's; `release(context)` is called once when the last user is gone.
CTStatus ct_from_memory(void *data, const int64_t *sizes, int32_t n, int32_t dtype, void (*release)(void *context),
                        void *context, CTTensor *out);

int32_t ct_dim(CTTensor t);
int64_t ct_size(CTTensor t, int32_t d);
int64_t ct_numel(CTTensor t);
int64_t ct_nbytes(CTTensor t);
int32_t ct_dtype(CTTensor t);
int32_t ct_device(CTTensor t);
bool ct_is_contiguous(CTTensor t);
bool ct_is_channels_last(CTTensor t);
// How often the values have been written to in place; not by a batch normalization in training, whose running statistics
// LibTorch writes uncounted.
int64_t ct_writes(CTTensor t);
CTStatus ct_item(CTTensor t, double *out);
CTStatus ct_copy_out(CTTensor t, void *to, size_t bytes);
// The bytes of a contiguous CPU tensor, valid while `t` is held.
CTStatus ct_data(CTTensor t, void **out);

CTStatus ct_to_device(CTTensor t, int32_t device, CTTensor *out);
CTStatus ct_to_dtype(CTTensor t, int32_t dtype, CTTensor *out);
CTStatus ct_contiguous(CTTensor t, CTTensor *out);
CTStatus ct_channels_last(CTTensor t, CTTensor *out);
CTStatus ct_clone(CTTensor t, CTTensor *out);
CTStatus ct_pin(CTTensor t, CTTensor *out);
CTStatus ct_copy_(CTTensor to, CTTensor from);
CTStatus ct_fill_(CTTensor t, double value);
// Replaces the memory behind `t` by a copy on another device or in another layout; whoever holds `t` sees it moved.
CTStatus ct_move_(CTTensor t, int32_t device, bool channels_last);
CT_END
#endif
