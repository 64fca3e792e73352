#include "guard.hpp"
#include <ATen/ATen.h>

using namespace ct;

namespace {
// The parameters that have a gradient, and what belongs to them.
struct Active {
  std::vector<at::Tensor> params, grads;
  std::vector<int32_t> index;
  Active(const CTTensor* handles, int32_t n) {
    for (int32_t i = 0; i < n; ++i) {
      auto p = share(handles[i]);
      if (!p.grad().defined()) continue;
      grads.push_back(p.grad());
      params.push_back(std::move(p));
      index.push_back(i);
    }
  }
  std::vector<at::Tensor> pick(const CTTensor* handles) const {
    std::vector<at::Tensor> picked;
    for (auto i : index) picked.push_back(share(handles[i]));
    return picked;
  }
  // The fused steps leave the versions as they are, by which those who keep what they made of a parameter see that it changed.
  void count_write() const {
    for (const auto& p : params) p.unsafeGetTensorImpl()->bump_version();
  }
};
}  // namespace

extern "C" {
CTStatus ct_fused_sgd(const CTTensor* p, const CTTensor* m, int32_t n, double lr, double momentum, double decay, bool nesterov) {
  return guard([&] {
    at::NoGradGuard no_grad;
    Active a(p, n);
    if (a.params.empty()) return;
    // Momenta start at zero and dampening is zero, so the first step needs no case of its own.
    auto momenta = momentum == 0 ? std::vector<at::Tensor>{} : a.pick(m);
    at::_fused_sgd_(a.params, a.grads, momenta, decay, momentum, lr, 0.0, nesterov, false, false);
    a.count_write();
  });
}
CTStatus ct_fused_adamw(const CTTensor* p, const CTTensor* mean, const CTTensor* square, const CTTensor* steps, int32_t n,
                        double lr, double beta1, double beta2, double decay, double eps) {
  return guard([&] {
    at::NoGradGuard no_grad;
    Active a(p, n);
    if (a.params.empty()) return;
    auto means = a.pick(mean), squares = a.pick(square), counts = a.pick(steps);
    at::_foreach_add_(counts, 1);
    at::_fused_adamw_(a.params, a.grads, means, squares, {}, counts, lr, beta1, beta2, decay, eps, false, false);
    a.count_write();
  });
}
CTStatus ct_clear_grads(const CTTensor* p, int32_t n) {
  return guard([&] {
    for (int32_t i = 0; i < n; ++i) {
      CTTensor h = p[i];
      mut(h).mutable_grad().reset();
    }
  });
}
CTStatus ct_clip_grads(const CTTensor* p, int32_t n, double limit, double* norm) {
  return guard([&] {
    at::NoGradGuard no_grad;
    Active a(p, n);
    if (a.params.empty()) {
      *norm = 0;
      return;
    }
    auto total = at::stack(at::_foreach_norm(a.grads)).norm();
    *norm = total.item().toDouble();
    if (limit > 0 && *norm > limit) at::_foreach_mul_(a.grads, limit / (*norm + 1e-6));
  });
}
}
