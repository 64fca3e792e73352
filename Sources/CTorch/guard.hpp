// The one place where C++ failures become statuses.
#pragma once
#include "ctorch.h"
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>
#include <exception>
#include <vector>

namespace ct {

void note(const char* what) noexcept;

template <class F>
CTStatus guard(F&& body) noexcept {
  try {
    body();
    return CT_OK;
  } catch (const c10::Error& e) {
    note(e.what_without_backtrace());
    return CT_ERROR_TORCH;
  } catch (const std::exception& e) {
    note(e.what());
    return CT_ERROR_STD;
  } catch (...) {
    note("unknown C++ exception");
    return CT_ERROR_UNKNOWN;
  }
}

// A handle is the TensorImpl* itself, holding one strong count: no box is allocated, borrowing copies nothing.
static_assert(sizeof(at::Tensor) == sizeof(void*));

inline CTTensor give(at::Tensor&& t) {
  return t.defined() ? reinterpret_cast<CTTensor>(t.unsafeReleaseTensorImpl()) : nullptr;
}

// Views the handle as at::Tensor without touching the count. Never for a null handle.
inline const at::Tensor& ref(const CTTensor& h) { return reinterpret_cast<const at::Tensor&>(h); }
inline at::Tensor& mut(CTTensor& h) { return reinterpret_cast<at::Tensor&>(h); }

inline at::Tensor share(CTTensor h) {
  if (!h) return {};
  return at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim_copy(
      reinterpret_cast<at::TensorImpl*>(h)));
}

inline std::vector<at::Tensor> list(const CTTensor* handles, int32_t n) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(n);
  for (int32_t i = 0; i < n; ++i) tensors.push_back(share(handles[i]));
  return tensors;
}

inline c10::Device device(int32_t d) {
  return d == 0 ? c10::Device(c10::kCPU) : c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(d - 1));
}

inline at::IntArrayRef sizes(const int64_t* s, int32_t n) { return {s, static_cast<size_t>(n)}; }

}  // namespace ct
