// CUDA, loaded when asked for, so that one binary runs with and without it.
#ifndef CT_CUDA_H
#define CT_CUDA_H
#include "ct_core.h"
CT_BEGIN
// Must be the first call into LibTorch of the process. Nonzero: not loaded, and ct_last_error says why.
int32_t ct_cuda_load(void);
int32_t ct_cuda_count(void);
CTStatus ct_synchronize(int32_t device);
CT_END
#endif
