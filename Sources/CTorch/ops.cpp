#include "guard.hpp"
#include <ATen/ATen.h>

using namespace ct;

extern "C" {
#define CT_DEFINE_UNARY(name) \
  CTStatus ct_##name(CTTensor a, CTTensor* out) { return guard([&] { *out = give(at::name(ref(a))); }); }
CT_UNARY_OPS(CT_DEFINE_UNARY)
#define CT_DEFINE_BINARY(name) \
  CTStatus ct_##name(CTTensor a, CTTensor b, CTTensor* out) { return guard([&] { *out = give(at::name(ref(a), ref(b))); }); }
CT_BINARY_OPS(CT_DEFINE_BINARY)
#define CT_DEFINE_SCALAR(name) \
  CTStatus ct_##name##_scalar(CTTensor a, double b, CTTensor* out) { return guard([&] { *out = give(at::name(ref(a), b)); }); }
CT_SCALAR_OPS(CT_DEFINE_SCALAR)

CTStatus ct_add_(CTTensor a, CTTensor b, double alpha) {
  return guard([&] {
    at::NoGradGuard no_grad;
    mut(a).add_(ref(b), alpha);
  });
}
CTStatus ct_mul_scalar_(CTTensor a, double b) {
  return guard([&] {
    at::NoGradGuard no_grad;
    mut(a).mul_(b);
  });
}
CTStatus ct_div_scalar_(CTTensor a, double b) {
  return guard([&] {
    at::NoGradGuard no_grad;
    mut(a).div_(b);
  });
}
CTStatus ct_add_scalar_(CTTensor a, double b) {
  return guard([&] {
    at::NoGradGuard no_grad;
    // An integer tensor takes an integer: adding 1.0 to a counter would change its type.
    if (c10::isIntegralType(ref(a).scalar_type(), false)) {
      mut(a).add_(static_cast<int64_t>(b));
    } else {
      mut(a).add_(b);
    }
  });
}

CTStatus ct_sum(CTTensor a, const int64_t* d, int32_t n, bool keep, CTTensor* out) {
  return guard([&] { *out = give(n ? at::sum(ref(a), sizes(d, n), keep) : at::sum(ref(a))); });
}
CTStatus ct_mean(CTTensor a, const int64_t* d, int32_t n, bool keep, CTTensor* out) {
  return guard([&] { *out = give(n ? at::mean(ref(a), sizes(d, n), keep) : at::mean(ref(a))); });
}
CTStatus ct_amax(CTTensor a, const int64_t* d, int32_t n, bool keep, CTTensor* out) {
  return guard([&] { *out = give(at::amax(ref(a), sizes(d, n), keep)); });
}
CTStatus ct_amin(CTTensor a, const int64_t* d, int32_t n, bool keep, CTTensor* out) {
  return guard([&] { *out = give(at::amin(ref(a), sizes(d, n), keep)); });
}
CTStatus ct_var(CTTensor a, const int64_t* d, int32_t n, bool unbiased, bool keep, CTTensor* out) {
  return guard([&] { *out = give(n ? at::var(ref(a), sizes(d, n), unbiased, keep) : at::var(ref(a), unbiased)); });
}
CTStatus ct_norm(CTTensor a, const int64_t* d, int32_t n, bool keep, CTTensor* out) {
  return guard([&] { *out = give(at::norm(ref(a), at::Scalar(2), sizes(d, n), keep)); });
}
CTStatus ct_argmax(CTTensor a, int64_t dim, bool keep, CTTensor* out) {
  return guard([&] { *out = give(at::argmax(ref(a), dim, keep)); });
}
CTStatus ct_softmax(CTTensor a, int64_t dim, CTTensor* out) {
  return guard([&] { *out = give(at::softmax(ref(a), dim)); });
}
CTStatus ct_log_softmax(CTTensor a, int64_t dim, CTTensor* out) {
  return guard([&] { *out = give(at::log_softmax(ref(a), dim)); });
}
CTStatus ct_inverse_unchecked(CTTensor a, CTTensor* out) {
  // Whether one has none is not asked, since that would wait for a GPU.
  return guard([&] { *out = give(std::get<0>(at::linalg_inv_ex(ref(a), false))); });
}
CTStatus ct_eigh(CTTensor a, CTTensor* values, CTTensor* vectors) {
  return guard([&] {
    auto [l, v] = at::linalg_eigh(ref(a));
    *values = give(std::move(l));
    *vectors = give(std::move(v));
  });
}
CTStatus ct_topk(CTTensor a, int64_t k, int64_t dim, CTTensor* values, CTTensor* indices) {
  return guard([&] {
    auto [v, i] = at::topk(ref(a), k, dim);
    *values = give(std::move(v));
    *indices = give(std::move(i));
  });
}

CTStatus ct_reshape(CTTensor a, const int64_t* s, int32_t n, CTTensor* out) {
  return guard([&] { *out = give(at::reshape(ref(a), sizes(s, n))); });
}
CTStatus ct_permute(CTTensor a, const int64_t* d, int32_t n, CTTensor* out) {
  return guard([&] { *out = give(at::permute(ref(a), sizes(d, n))); });
}
CTStatus ct_transpose(CTTensor a, int64_t d0, int64_t d1, CTTensor* out) {
  return guard([&] { *out = give(at::transpose(ref(a), d0, d1)); });
}
CTStatus ct_flatten(CTTensor a, int64_t from, int64_t to, CTTensor* out) {
  return guard([&] { *out = give(at::flatten(ref(a), from, to)); });
}
CTStatus ct_unsqueeze(CTTensor a, int64_t dim, CTTensor* out) {
  return guard([&] { *out = give(at::unsqueeze(ref(a), dim)); });
}
CTStatus ct_squeeze(CTTensor a, int64_t dim, CTTensor* out) {
  return guard([&] { *out = give(at::squeeze(ref(a), dim)); });
}
CTStatus ct_expand(CTTensor a, const int64_t* s, int32_t n, CTTensor* out) {
  return guard([&] { *out = give(ref(a).expand(sizes(s, n))); });
}
CTStatus ct_slice(CTTensor a, int64_t dim, int64_t start, int64_t end, int64_t step, CTTensor* out) {
  return guard([&] { *out = give(at::slice(ref(a), dim, start, end, step)); });
}
CTStatus ct_select(CTTensor a, int64_t dim, int64_t index, CTTensor* out) {
  return guard([&] { *out = give(at::select(ref(a), dim, index)); });
}
CTStatus ct_index_select(CTTensor a, int64_t dim, CTTensor index, CTTensor* out) {
  return guard([&] { *out = give(at::index_select(ref(a), dim, ref(index))); });
}
CTStatus ct_index_copy_(CTTensor a, CTTensor index, CTTensor source) {
  return guard([&] { mut(a).index_copy_(0, ref(index), ref(source)); });
}
CTStatus ct_gather(CTTensor a, int64_t dim, CTTensor index, CTTensor* out) {
  return guard([&] { *out = give(at::gather(ref(a), dim, ref(index))); });
}
CTStatus ct_scatter_add(CTTensor a, int64_t dim, CTTensor index, CTTensor values, CTTensor* out) {
  return guard([&] { *out = give(at::scatter_add(ref(a), dim, ref(index), ref(values))); });
}
CTStatus ct_one_hot(CTTensor a, int64_t classes, CTTensor* out) {
  return guard([&] { *out = give(at::one_hot(ref(a), classes)); });
}
CTStatus ct_where(CTTensor condition, CTTensor a, CTTensor b, CTTensor* out) {
  return guard([&] { *out = give(at::where(ref(condition), ref(a), ref(b))); });
}
CTStatus ct_cat(const CTTensor* ts, int32_t n, int64_t dim, CTTensor* out) {
  return guard([&] { *out = give(at::cat(list(ts, n), dim)); });
}
CTStatus ct_stack(const CTTensor* ts, int32_t n, int64_t dim, CTTensor* out) {
  return guard([&] { *out = give(at::stack(list(ts, n), dim)); });
}
CTStatus ct_flip(CTTensor a, int64_t dim, CTTensor* out) {
  return guard([&] { *out = give(at::flip(ref(a), {dim})); });
}
}
