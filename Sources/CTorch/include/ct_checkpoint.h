// Blocks whose insides are computed again in the backward pass.
#ifndef CT_CHECKPOINT_H
#define CT_CHECKPOINT_H
#include "ct_core.h"
CT_BEGIN
// Computes a block's output from x, of which it gets one reference; gives one reference, or null after ct_fail.
// again: in the backward pass, perhaps on another thread.
typedef CTTensor (*CTBlock)(void *context, CTTensor x, bool again);
// parameters: n handles of whatever the block reads that may learn. context is the callee's from now on and released once.
CTStatus ct_checkpoint(CTTensor x, const CTTensor *parameters, int32_t n, CTBlock run, void *context,
                       void (*release)(void *context), CTTensor *out);
CT_END
#endif
