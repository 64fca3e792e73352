// Arithmetic, reductions, shapes. Each list declares one function a name: ct_<name>.
#ifndef CT_OPS_H
#define CT_OPS_H
#include "ct_core.h"
CT_BEGIN
#define CT_UNARY_OPS(X) \
  X(neg) X(exp) X(log) X(sqrt) X(rsqrt) X(abs) X(square) X(reciprocal) X(relu) X(sigmoid) X(tanh) X(sin) X(cos) \
  X(acos) X(isfinite) X(round)
#define CT_BINARY_OPS(X) \
  X(add) X(sub) X(mul) X(div) X(matmul) X(maximum) X(minimum) X(eq) X(gt)
#define CT_SCALAR_OPS(X) \
  X(add) X(mul) X(pow) X(clamp_min) X(clamp_max) X(eq) X(gt) X(lt)

#define CT_DECLARE_UNARY(name) CTStatus ct_##name(CTTensor a, CTTensor *out);
CT_UNARY_OPS(CT_DECLARE_UNARY)
#define CT_DECLARE_BINARY(name) CTStatus ct_##name(CTTensor a, CTTensor b, CTTensor *out);
CT_BINARY_OPS(CT_DECLARE_BINARY)
#define CT_DECLARE_SCALAR(name) CTStatus ct_##name##_scalar(CTTensor a, double b, CTTensor *out);
CT_SCALAR_OPS(CT_DECLARE_SCALAR)

// a += alpha * b; a *= b
CTStatus ct_add_(CTTensor a, CTTensor b, double alpha);
CTStatus ct_mul_scalar_(CTTensor a, double b);
CTStatus ct_div_scalar_(CTTensor a, double b);
CTStatus ct_add_scalar_(CTTensor a, double b);

// n == 0: over everything
CTStatus ct_sum(CTTensor a, const int64_t *dims, int32_t n, bool keep, CTTensor *out);
CTStatus ct_mean(CTTensor a, const int64_t *dims, int32_t n, bool keep, CTTensor *out);
CTStatus ct_amax(CTTensor a, const int64_t *dims, int32_t n, bool keep, CTTensor *out);
CTStatus ct_amin(CTTensor a, const int64_t *dims, int32_t n, bool keep, CTTensor *out);
CTStatus ct_var(CTTensor a, const int64_t *dims, int32_t n, bool unbiased, bool keep, CTTensor *out);
CTStatus ct_norm(CTTensor a, const int64_t *dims, int32_t n, bool keep, CTTensor *out);
CTStatus ct_argmax(CTTensor a, int64_t dim, bool keep, CTTensor *out);
CTStatus ct_softmax(CTTensor a, int64_t dim, CTTensor *out);
CTStatus ct_log_softmax(CTTensor a, int64_t dim, CTTensor *out);
CTStatus ct_inverse_unchecked(CTTensor a, CTTensor *out);
// Symmetric matrices: eigenvalues ascending, eigenvectors in columns.
CTStatus ct_eigh(CTTensor a, CTTensor *values, CTTensor *vectors);
CTStatus ct_topk(CTTensor a, int64_t k, int64_t dim, CTTensor *values, CTTensor *indices);

CTStatus ct_reshape(CTTensor a, const int64_t *sizes, int32_t n, CTTensor *out);
CTStatus ct_permute(CTTensor a, const int64_t *dims, int32_t n, CTTensor *out);
CTStatus ct_transpose(CTTensor a, int64_t d0, int64_t d1, CTTensor *out);
CTStatus ct_flatten(CTTensor a, int64_t from, int64_t to, CTTensor *out);
CTStatus ct_unsqueeze(CTTensor a, int64_t dim, CTTensor *out);
CTStatus ct_squeeze(CTTensor a, int64_t dim, CTTensor *out);
CTStatus ct_expand(CTTensor a, const int64_t *sizes, int32_t n, CTTensor *out);
CTStatus ct_slice(CTTensor a, int64_t dim, int64_t start, int64_t end, int64_t step, CTTensor *out);
CTStatus ct_select(CTTensor a, int64_t dim, int64_t index, CTTensor *out);
CTStatus ct_index_select(CTTensor a, int64_t dim, CTTensor index, CTTensor *out);
// Rows (slices along the first dimension) of a at index, [n] without repeats, become those of source.
CTStatus ct_index_copy_(CTTensor a, CTTensor index, CTTensor source);
CTStatus ct_gather(CTTensor a, int64_t dim, CTTensor index, CTTensor *out);
CTStatus ct_scatter_add(CTTensor a, int64_t dim, CTTensor index, CTTensor values, CTTensor *out);
CTStatus ct_one_hot(CTTensor a, int64_t classes, CTTensor *out);
CTStatus ct_where(CTTensor condition, CTTensor a, CTTensor b, CTTensor *out);
CTStatus ct_cat(const CTTensor *ts, int32_t n, int64_t dim, CTTensor *out);
CTStatus ct_stack(const CTTensor *ts, int32_t n, int64_t dim, CTTensor *out);
CTStatus ct_flip(CTTensor a, int64_t dim, CTTensor *out);
CT_END
#endif
