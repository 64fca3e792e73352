#include "guard.hpp"
#include "prelu.hpp"
#include <ATen/ATen.h>

using namespace ct;

extern "C" {
CTStatus ct_conv2d(CTTensor x, CTTensor w, CTTensor bias, int64_t stride, int64_t padding, int64_t dilation, int64_t groups,
                   CTTensor* out) {
  return guard([&] {
    auto input = ref(x);
    auto step = stride;
    // A 1x1 convolution that skips places reads only those that it keeps. oneDNN's own way of leaving the others out
    // writes past its workspace when there are fewer than 16 channels (uxlfoundation/oneDNN issue 6035).
    const auto& kernel = ref(w);
    const bool pointwise = kernel.dim() == 4 && kernel.size(2) == 1 && kernel.size(3) == 1;
    if (pointwise && stride > 1 && padding == 0 && groups == 1 && input.dim() == 4 && kernel.size(1) < 16) {
      input = input.slice(2, 0, c10::nullopt, stride).slice(3, 0, c10::nullopt, stride);
      step = 1;
    }
    *out = give(at::conv2d(input, kernel, share(bias), {step, step}, at::IntArrayRef{padding, padding},
                           {dilation, dilation}, groups));
  });
}
CTStatus ct_batch_norm(CTTensor x, CTTensor w, CTTensor b, CTTensor mean, CTTensor var, bool training, double momentum,
                       double eps, CTTensor* out) {
  return guard([&] {
    *out = give(at::batch_norm(ref(x), share(w), share(b), share(mean), share(var), training, momentum, eps, true));
  });
}
CTStatus ct_linear(CTTensor x, CTTensor w, CTTensor bias, CTTensor* out) {
  return guard([&] { *out = give(at::linear(ref(x), ref(w), share(bias))); });
}
CTStatus ct_prelu(CTTensor x, CTTensor w, CTTensor* out) {
  return guard([&] { *out = give(ct::prelu(ref(x), ref(w))); });
}
CTStatus ct_leaky_relu(CTTensor x, double slope, CTTensor* out) {
  return guard([&] { *out = give(at::leaky_relu(ref(x), slope)); });
}
CTStatus ct_dropout(CTTensor x, double p, bool training, CTTensor* out) {
  return guard([&] { *out = give(at::dropout(ref(x), p, training)); });
}
CTStatus ct_max_pool2d(CTTensor x, int64_t k, int64_t s, int64_t p, CTTensor* out) {
  return guard([&] { *out = give(at::max_pool2d(ref(x), {k, k}, {s, s}, {p, p})); });
}
CTStatus ct_avg_pool2d(CTTensor x, int64_t k, int64_t s, int64_t p, CTTensor* out) {
  return guard([&] { *out = give(at::avg_pool2d(ref(x), {k, k}, {s, s}, {p, p})); });
}
CTStatus ct_adaptive_avg_pool2d(CTTensor x, int64_t h, int64_t w, CTTensor* out) {
  return guard([&] { *out = give(at::adaptive_avg_pool2d(ref(x), {h, w})); });
}
CTStatus ct_cross_entropy(CTTensor logits, CTTensor target, double smoothing, CTTensor* out) {
  return guard([&] {
    *out = give(at::cross_entropy_loss(ref(logits), ref(target), {}, at::Reduction::Mean, -100, smoothing));
  });
}
CTStatus ct_affine_grid(CTTensor theta, const int64_t* s, CTTensor* out) {
  return guard([&] { *out = give(at::affine_grid_generator(ref(theta), sizes(s, 4), false)); });
}
CTStatus ct_grid_sample(CTTensor x, CTTensor grid, bool border, CTTensor* out) {
  return guard([&] { *out = give(at::grid_sampler(ref(x), ref(grid), 0, border ? 1 : 0, false)); });
}
CTStatus ct_interpolate(CTTensor x, int64_t h, int64_t w, bool antialias, CTTensor* out) {
  return guard([&] {
    *out = give(antialias ? at::_upsample_bilinear2d_aa(ref(x), {h, w}, false) : at::upsample_bilinear2d(ref(x), {h, w}, false));
  });
}
}
