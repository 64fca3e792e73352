#pragma once
#include <ATen/ATen.h>

namespace ct {

// A 1x1 convolution that skips places reads only those that it keeps; stride becomes 1 then. oneDNN's own way of leaving the
// others out writes past its workspace when there are fewer than 16 channels (uxlfoundation/oneDNN issue 6035).
inline at::Tensor kept_places(const at::Tensor& x, const at::Tensor& kernel, int64_t& stride, int64_t padding,
                              int64_t groups) {
  const bool pointwise = kernel.dim() == 4 && kernel.size(2) == 1 && kernel.size(3) == 1;
  if (!pointwise || stride == 1 || padding != 0 || groups != 1 || x.dim() != 4 || kernel.size(1) >= 16) return x;
  const auto kept = x.slice(2, 0, c10::nullopt, stride).slice(3, 0, c10::nullopt, stride);
  stride = 1;
  return kept;
}

}  // namespace ct
