#pragma once
#include <ATen/core/Tensor.h>

namespace ct {
// x where positive, else slope * x, with a slope a channel (dimension 1).
at::Tensor prelu(const at::Tensor& x, const at::Tensor& slope);
// The same in place, without a gradient.
void prelu_(at::Tensor& x, const at::Tensor& slope);
}  // namespace ct
