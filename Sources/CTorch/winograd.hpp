#pragma once
#include <ATen/core/Tensor.h>

namespace ct {

// What is done to a convolution's output [B, K, H, W]: + bias + frame + rest, then ReLU or PReLU. Each may be missing.
// In float32, maps channels last.
struct Ending {
  const float* bias;   // [K]
  const float* frame;  // [1, K, H, W], zero but for the border
  const float* rest;   // [B, K, H, W]
  const float* slope;  // [K]
  bool relu;
};

// Whether `winograd` does what a convolution with weights [K, C / groups, k, k] does to maps of this size, and does it
// sooner (measured with one and two threads).
bool suits_winograd(at::IntArrayRef weight, int64_t height, int64_t width, int64_t stride, int64_t padding,
                    int64_t groups);

// [K, C, 3, 3] to [36, C, K], four times as many numbers, for `winograd`.
at::Tensor winograd_weight(const at::Tensor& weight);

// x: [B, C, H, W] in float32, weight: what `winograd_weight` made. [B, K, H, W], channels last. No gradient. What is infinite or no
// number makes 4x4 places no numbers.
at::Tensor winograd(const at::Tensor& x, const at::Tensor& weight, const Ending& ending);

}  // namespace ct
