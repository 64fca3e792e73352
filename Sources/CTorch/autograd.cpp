#include "guard.hpp"
#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/autograd.h>

using namespace ct;

static c10::DeviceType kind(int32_t d) { return d == 0 ? at::kCPU : at::kCUDA; }

extern "C" {
CTStatus ct_set_requires_grad(CTTensor t, bool on) {
  return guard([&] { ref(t).set_requires_grad(on); });
}
bool ct_requires_grad(CTTensor t) { return ref(t).requires_grad(); }
CTStatus ct_detach(CTTensor t, CTTensor* out) {
  return guard([&] { *out = give(ref(t).detach()); });
}
CTStatus ct_backward(CTTensor loss) {
  return guard([&] { ref(loss).backward(); });
}
CTStatus ct_grad(CTTensor t, CTTensor* out) {
  return guard([&] {
    auto gradient = ref(t).grad();
    *out = give(std::move(gradient));
  });
}
CTStatus ct_gradients(CTTensor output, const CTTensor* inputs, int32_t n, bool retain, bool create, CTTensor* outs) {
  return guard([&] {
    auto scalar = ref(output).sum();
    auto gradients = torch::autograd::grad({scalar}, list(inputs, n), {}, retain || create, create, true);
    for (int32_t i = 0; i < n; ++i) outs[i] = give(std::move(gradients[i]));
  });
}
bool ct_grad_mode(void) { return c10::GradMode::is_enabled(); }
void ct_set_grad_mode(bool on) { c10::GradMode::set_enabled(on); }

bool ct_autocast_enabled(int32_t d) { return at::autocast::is_autocast_enabled(kind(d)); }
void ct_autocast_enter(int32_t d, int32_t dtype) {
  guard([&] {
    at::autocast::set_autocast_enabled(kind(d), true);
    at::autocast::set_autocast_dtype(kind(d), static_cast<c10::ScalarType>(dtype));
    at::autocast::increment_nesting();
  });
}
void ct_autocast_exit(int32_t d) {
  guard([&] {
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(kind(d), false);
  });
}
}
