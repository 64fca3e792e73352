// How much memory was in use at most.
#ifndef CT_MEMORY_H
#define CT_MEMORY_H
#include "ct_core.h"
CT_BEGIN
// Bytes of this process in memory at most at once; 0 where the system does not say.
int64_t ct_peak_resident(void);
// Bytes of tensors on a GPU at most at once, since the process began.
CTStatus ct_peak_allocated(int32_t device, int64_t *bytes);
CT_END
#endif
