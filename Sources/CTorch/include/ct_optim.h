// One fused call over all parameters. Gradients stay where they are; parameters without one are left alone.
#ifndef CT_OPTIM_H
#define CT_OPTIM_H
#include "ct_core.h"
CT_BEGIN
CTStatus ct_fused_sgd(const CTTensor *params, const CTTensor *momenta, int32_t n, double lr, double momentum,
                      double weight_decay, bool nesterov);
CTStatus ct_fused_adamw(const CTTensor *params, const CTTensor *mean, const CTTensor *square, const CTTensor *steps,
                        int32_t n, double lr, double beta1, double beta2, double weight_decay, double eps);
CTStatus ct_clear_grads(const CTTensor *params, int32_t n);
// Scales all gradients so that their joint norm is at most `limit` (limit <= 0: measures only); `norm` gets it.
CTStatus ct_clip_grads(const CTTensor *params, int32_t n, double limit, double *norm);
CT_END
#endif
