// Gradients and automatic mixed precision. The modes are of this thread.
#ifndef CT_AUTOGRAD_H
#define CT_AUTOGRAD_H
#include "ct_core.h"
CT_BEGIN
CTStatus ct_set_requires_grad(CTTensor t, bool on);
bool ct_requires_grad(CTTensor t);
CTStatus ct_detach(CTTensor t, CTTensor *out);
CTStatus ct_backward(CTTensor loss);
CTStatus ct_grad(CTTensor t, CTTensor *out /* null when it has none */);
// d(sum of output) / d(inputs); outs: n handles, null where an input does not reach the output
CTStatus ct_gradients(CTTensor output, const CTTensor *inputs, int32_t n, bool retain, bool create, CTTensor *outs);
bool ct_grad_mode(void);
void ct_set_grad_mode(bool on);

// device: as for tensors; one autocast region at a time for each kind of device
bool ct_autocast_enabled(int32_t device);
void ct_autocast_enter(int32_t device, int32_t dtype);
void ct_autocast_exit(int32_t device);
CT_END
#endif
