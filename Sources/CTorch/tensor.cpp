#include "guard.hpp"
#include <ATen/ATen.h>
#include <cstring>

using namespace ct;

static at::TensorOptions options(int32_t dtype, int32_t d) {
  return at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype)).device(device(d));
}

extern "C" {
CTTensor ct_retain(CTTensor t) { return give(share(t)); }
void ct_release(CTTensor t) {
  if (t) c10::raw::intrusive_ptr::decref(reinterpret_cast<at::TensorImpl*>(t));
}

CTStatus ct_full(const int64_t* s, int32_t n, double value, int32_t dtype, int32_t d, CTTensor* out) {
  return guard([&] { *out = give(at::full(sizes(s, n), value, options(dtype, d))); });
}
CTStatus ct_empty(const int64_t* s, int32_t n, int32_t dtype, int32_t d, CTTensor* out) {
  return guard([&] { *out = give(at::empty(sizes(s, n), options(dtype, d))); });
}
CTStatus ct_arange(int64_t n, int32_t dtype, int32_t d, CTTensor* out) {
  return guard([&] { *out = give(at::arange(n, options(dtype, d))); });
}
CTStatus ct_from_bytes(const void* data, size_t bytes, const int64_t* s, int32_t n, int32_t dtype, CTTensor* out) {
  return guard([&] {
    auto t = at::empty(sizes(s, n), options(dtype, 0));
    TORCH_CHECK(t.nbytes() == bytes, "the shape needs ", t.nbytes(), " bytes, got ", bytes);
    if (bytes) std::memcpy(t.mutable_data_ptr(), data, bytes);
    *out = give(std::move(t));
  });
}
CTStatus ct_from_memory(void* data, const int64_t* s, int32_t n, int32_t dtype, void (*release)(void*), void* context,
                        CTTensor* out) {
  return guard([&] {
    *out = give(at::from_blob(data, sizes(s, n), [=](void*) { release(context); }, options(dtype, 0)));
  });
}

int32_t ct_dim(CTTensor t) { return static_cast<int32_t>(ref(t).dim()); }
int64_t ct_size(CTTensor t, int32_t d) { return ref(t).sizes()[d]; }
int64_t ct_numel(CTTensor t) { return ref(t).numel(); }
int64_t ct_nbytes(CTTensor t) { return static_cast<int64_t>(ref(t).nbytes()); }
int32_t ct_dtype(CTTensor t) { return static_cast<int32_t>(ref(t).scalar_type()); }
int32_t ct_device(CTTensor t) { return ref(t).is_cuda() ? 1 + ref(t).get_device() : 0; }
bool ct_is_contiguous(CTTensor t) { return ref(t).is_contiguous(); }
int64_t ct_writes(CTTensor t) { return ref(t).is_inference() ? 0 : ref(t)._version(); }
bool ct_is_channels_last(CTTensor t) { return ref(t).is_contiguous(at::MemoryFormat::ChannelsLast); }
CTStatus ct_item(CTTensor t, double* out) {
  return guard([&] { *out = ref(t).item().toDouble(); });
}
CTStatus ct_copy_out(CTTensor t, void* to, size_t bytes) {
  return guard([&] {
    auto c = ref(t).detach().cpu().contiguous();
    TORCH_CHECK(c.nbytes() == bytes, "copying out ", c.nbytes(), " bytes into ", bytes);
    if (bytes) std::memcpy(to, c.const_data_ptr(), bytes);
  });
}
CTStatus ct_data(CTTensor t, void** out) {
  return guard([&] {
    TORCH_CHECK(ref(t).is_cpu() && ref(t).is_contiguous(), "only a contiguous CPU tensor shows its bytes");
    *out = ref(t).data_ptr();
  });
}

CTStatus ct_to_device(CTTensor t, int32_t d, CTTensor* out) {
  return guard([&] {
    // Onto a GPU nobody needs to wait: the copy is queued before whatever reads it.
    bool queued = ref(t).is_cpu() && d > 0;
    *out = give(ref(t).to(device(d), ref(t).scalar_type(), queued));
  });
}
CTStatus ct_to_dtype(CTTensor t, int32_t dtype, CTTensor* out) {
  return guard([&] { *out = give(ref(t).to(static_cast<c10::ScalarType>(dtype))); });
}
CTStatus ct_contiguous(CTTensor t, CTTensor* out) {
  return guard([&] { *out = give(ref(t).contiguous()); });
}
CTStatus ct_channels_last(CTTensor t, CTTensor* out) {
  return guard([&] { *out = give(ref(t).contiguous(at::MemoryFormat::ChannelsLast)); });
}
CTStatus ct_clone(CTTensor t, CTTensor* out) {
  return guard([&] { *out = give(ref(t).detach().clone()); });
}
CTStatus ct_pin(CTTensor t, CTTensor* out) {
  return guard([&] {
    // Not LibTorch's copy, which would start a team of threads for each thread that reads photos.
    const auto from = ref(t).contiguous();
    auto to = at::empty_like(from, from.options().pinned_memory(true));
    std::memcpy(to.mutable_data_ptr(), from.const_data_ptr(), from.nbytes());
    *out = give(std::move(to));
  });
}
CTStatus ct_copy_(CTTensor to, CTTensor from) {
  return guard([&] {
    at::NoGradGuard no_grad;
    mut(to).copy_(ref(from));
  });
}
CTStatus ct_fill_(CTTensor t, double value) {
  return guard([&] {
    at::NoGradGuard no_grad;
    mut(t).fill_(value);
  });
}
CTStatus ct_move_(CTTensor t, int32_t d, bool channels_last) {
  return guard([&] {
    at::NoGradGuard no_grad;
    auto moved = ref(t).detach().to(device(d));
    if (channels_last && moved.dim() == 4) moved = moved.contiguous(at::MemoryFormat::ChannelsLast);
    mut(t).set_data(moved);
  });
}
}
