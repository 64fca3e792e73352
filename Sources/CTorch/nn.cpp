#include "guard.hpp"
#include "places.hpp"
#include "prelu.hpp"
#include <ATen/ATen.h>

using namespace ct;

extern "C" {
CTStatus ct_conv2d(CTTensor x, CTTensor w, CTTensor bias, int64_t stride, int64_t padding, int64_t dilation, int64_t groups,
                   CTTensor* out) {
  return guard([&] {
    auto step = stride;
    const auto input = kept_places(ref(x), ref(w), step, padding, groups);
    *out = give(at::conv2d(input, ref(w), share(bias), {step, step}, at::IntArrayRef{padding, padding},
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
CTStatus ct_dropout(CTTensor x, double p, bool training, CTTensor* out) {
  return guard([&] { *out = give(at::dropout(ref(x), p, training)); });
}
CTStatus ct_max_pool2d(CTTensor x, int64_t k, int64_t s, int64_t p, CTTensor* out) {
  // The largest of a square is the largest of its columns' largest: 2k comparisons instead of k^2.
  return guard([&] {
    auto columns = at::max_pool2d(ref(x), {k, 1}, {s, 1}, {p, 0});
    *out = give(at::max_pool2d(columns, {1, k}, {1, s}, {0, p}));
  });
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
