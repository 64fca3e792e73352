// The pieces of networks.
#ifndef CT_NN_H
#define CT_NN_H
#include "ct_core.h"
CT_BEGIN
CTStatus ct_conv2d(CTTensor x, CTTensor w, CTTensor bias /* or null */, int64_t stride, int64_t padding, int64_t dilation,
                   int64_t groups, CTTensor *out);
CTStatus ct_batch_norm(CTTensor x, CTTensor w, CTTensor b, CTTensor mean, CTTensor var, bool training, double momentum,
                       double eps, CTTensor *out);
CTStatus ct_linear(CTTensor x, CTTensor w, CTTensor bias /* or null */, CTTensor *out);
CTStatus ct_prelu(CTTensor x, CTTensor w, CTTensor *out);
CTStatus ct_dropout(CTTensor x, double p, bool training, CTTensor *out);
CTStatus ct_max_pool2d(CTTensor x, int64_t kernel, int64_t stride, int64_t padding, CTTensor *out);
CTStatus ct_avg_pool2d(CTTensor x, int64_t kernel, int64_t stride, int64_t padding, CTTensor *out);
CTStatus ct_adaptive_avg_pool2d(CTTensor x, int64_t h, int64_t w, CTTensor *out);
CTStatus ct_cross_entropy(CTTensor logits, CTTensor target, double label_smoothing, CTTensor *out);
CTStatus ct_affine_grid(CTTensor theta, const int64_t *sizes, CTTensor *out);
CTStatus ct_grid_sample(CTTensor x, CTTensor grid, bool border, CTTensor *out);
CTStatus ct_interpolate(CTTensor x, int64_t h, int64_t w, bool antialias, CTTensor *out);
// A convolution's weights [out, in / groups, k, k] in the order that suits inputs as high and wide as x; for
// ct_convolve_packed alone, on those.
CTStatus ct_pack_convolution(CTTensor x, CTTensor w, int64_t stride, int64_t padding, int64_t groups, CTTensor *out);
// relu(conv(x) + bias + frame + rest), then PReLU of a slope a channel; no gradient. bias, frame, rest, slope may be null.
// frame: [1, out, H', W'], added where the kernel reaches into the padding; it is 0 elsewhere.
CTStatus ct_convolve_packed(CTTensor x, CTTensor packed, CTTensor bias, CTTensor frame, CTTensor rest, CTTensor slope,
                            bool relu, int64_t stride, int64_t padding, int64_t groups, CTTensor *out);
CT_END
#endif
