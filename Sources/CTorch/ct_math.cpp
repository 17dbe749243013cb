// Arithmetic, comparison, in-place operations, reductions.
#include "shim.hpp"

using namespace ct;

// Arithmetic

ct_status ct_add(const ct_tensor *a, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return a->value + b->value; });
}
ct_status ct_subtract(const ct_tensor *a, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return a->value - b->value; });
}
ct_status ct_multiply(const ct_tensor *a, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return a->value * b->value; });
}
ct_status ct_divide(const ct_tensor *a, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return a->value / b->value; });
}
ct_status ct_add_scalar(const ct_tensor *a, double b, ct_tensor **out) {
  return giving(out, [&] { return at::add(a->value, scalar(a->value, b)); });
}
ct_status ct_scalar_subtract(double a, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return at::rsub(b->value, scalar(b->value, a)); });
}
ct_status ct_multiply_scalar(const ct_tensor *a, double b, ct_tensor **out) {
  return giving(out, [&] { return at::mul(a->value, scalar(a->value, b)); });
}
ct_status ct_divide_scalar(const ct_tensor *a, double b, ct_tensor **out) {
  return giving(out, [&] { return at::div(a->value, b); });
}
ct_status ct_scalar_divide(double a, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return at::mul(at::reciprocal(b->value), a); });
}
ct_status ct_floor_divide(const ct_tensor *a, int64_t b, ct_tensor **out) {
  return giving(out, [&] { return at::floor_divide(a->value, at::Scalar(b)); });
}
ct_status ct_remainder(const ct_tensor *a, int64_t b, ct_tensor **out) {
  return giving(out, [&] { return at::remainder(a->value, at::Scalar(b)); });
}
ct_status ct_matmul(const ct_tensor *a, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return at::matmul(a->value, b->value); });
}
ct_status ct_minimum(const ct_tensor *a, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return at::minimum(a->value, b->value); });
}
ct_status ct_maximum(const ct_tensor *a, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return at::maximum(a->value, b->value); });
}

ct_status ct_negate(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return -x->value; });
}
ct_status ct_exp(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::exp(x->value); });
}
ct_status ct_log(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::log(x->value); });
}
ct_status ct_log1p(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::log1p(x->value); });
}
ct_status ct_expm1(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::expm1(x->value); });
}
ct_status ct_abs(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::abs(x->value); });
}
ct_status ct_sqrt(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::sqrt(x->value); });
}
ct_status ct_square(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::square(x->value); });
}
ct_status ct_sigmoid(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::sigmoid(x->value); });
}
ct_status ct_log_sigmoid(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::log_sigmoid(x->value); });
}
ct_status ct_softplus(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::softplus(x->value); });
}
ct_status ct_atan2(const ct_tensor *y, const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::atan2(y->value, x->value); });
}
ct_status ct_relu(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::relu(x->value); });
}
ct_status ct_floor(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::floor(x->value); });
}
ct_status ct_round(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::round(x->value); });
}
ct_status ct_is_finite(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::isfinite(x->value); });
}
ct_status ct_pow(const ct_tensor *x, double exponent, ct_tensor **out) {
  return giving(out, [&] { return at::pow(x->value, scalar(x->value, exponent)); });
}

static std::optional<at::Scalar> bound(const at::Tensor &x, const double *value) {
  return value ? std::optional<at::Scalar>(scalar(x, *value)) : std::nullopt;
}

ct_status ct_clamp(const ct_tensor *x, const double *low, const double *high, ct_tensor **out) {
  return giving(out, [&] {
    return at::clamp(x->value, bound(x->value, low), bound(x->value, high));
  });
}

// Comparison and logic

template <typename Other> static at::Tensor compare(const at::Tensor &a, int32_t how, Other b) {
  switch (how) {
    case CT_LT: return at::lt(a, b);
    case CT_LE: return at::le(a, b);
    case CT_GT: return at::gt(a, b);
    case CT_GE: return at::ge(a, b);
    case CT_EQ: return at::eq(a, b);
    default: return at::ne(a, b);
  }
}

ct_status ct_compare(const ct_tensor *a, int32_t how, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return compare<const at::Tensor &>(a->value, how, b->value); });
}
ct_status ct_compare_scalar(const ct_tensor *a, int32_t how, double b, ct_tensor **out) {
  return giving(out, [&] { return compare(a->value, how, scalar(a->value, b)); });
}
ct_status ct_logical_and(const ct_tensor *a, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return at::logical_and(a->value, b->value); });
}
ct_status ct_logical_or(const ct_tensor *a, const ct_tensor *b, ct_tensor **out) {
  return giving(out, [&] { return at::logical_or(a->value, b->value); });
}
ct_status ct_logical_not(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::logical_not(x->value); });
}
ct_status ct_where(const ct_tensor *condition, const ct_tensor *a, const ct_tensor *b,
                   ct_tensor **out) {
  return giving(out, [&] { return at::where(condition->value, a->value, b->value); });
}
ct_status ct_where_scalar(const ct_tensor *condition, const ct_tensor *a, double b,
                          ct_tensor **out) {
  return giving(out, [&] { return at::where(condition->value, a->value, scalar(a->value, b)); });
}

// In place

ct_status ct_add_(ct_tensor *x, const ct_tensor *other, double scale) {
  return guarded([&] { x->value.add_(other->value, scalar(x->value, scale)); });
}
ct_status ct_add_scalar_(ct_tensor *x, double other) {
  return guarded([&] { x->value.add_(scalar(x->value, other)); });
}
ct_status ct_multiply_(ct_tensor *x, const ct_tensor *other) {
  return guarded([&] { x->value.mul_(other->value); });
}
ct_status ct_multiply_scalar_(ct_tensor *x, double other) {
  return guarded([&] { x->value.mul_(scalar(x->value, other)); });
}
ct_status ct_fill_(ct_tensor *x, double value) {
  return guarded([&] { x->value.fill_(scalar(x->value, value)); });
}
ct_status ct_copy_(ct_tensor *x, const ct_tensor *source) {
  return guarded([&] { x->value.copy_(source->value); });
}
ct_status ct_lerp_(ct_tensor *x, const ct_tensor *end, double weight) {
  return guarded([&] { x->value.lerp_(end->value, weight); });
}
ct_status ct_clamp_(ct_tensor *x, const double *low, const double *high) {
  return guarded([&] { x->value.clamp_(bound(x->value, low), bound(x->value, high)); });
}

// Reductions and order

// No dims means all of them, for which at:: has the absent list.
static at::OptionalIntArrayRef maybe_dims(const c10::DimVector &dims) {
  return dims.empty() ? at::OptionalIntArrayRef() : at::OptionalIntArrayRef(dims);
}

ct_status ct_sum(const ct_tensor *x, const ptrdiff_t *dims, ptrdiff_t count, bool keep,
                 ct_tensor **out) {
  auto over = sizes(dims, count);
  return giving(out, [&] { return at::sum(x->value, maybe_dims(over), keep); });
}
ct_status ct_mean(const ct_tensor *x, const ptrdiff_t *dims, ptrdiff_t count, bool keep,
                  ct_tensor **out) {
  auto over = sizes(dims, count);
  return giving(out, [&] { return at::mean(x->value, maybe_dims(over), keep); });
}
ct_status ct_amax(const ct_tensor *x, const ptrdiff_t *dims, ptrdiff_t count, bool keep,
                  ct_tensor **out) {
  return giving(out, [&] { return at::amax(x->value, sizes(dims, count), keep); });
}
ct_status ct_amin(const ct_tensor *x, const ptrdiff_t *dims, ptrdiff_t count, bool keep,
                  ct_tensor **out) {
  return giving(out, [&] { return at::amin(x->value, sizes(dims, count), keep); });
}
ct_status ct_max_dim(const ct_tensor *x, ptrdiff_t dim, bool keep, ct_tensor **values,
                     ct_tensor **indices) {
  return guarded([&] { give(values, indices, at::max(x->value, dim, keep)); });
}
ct_status ct_min_dim(const ct_tensor *x, ptrdiff_t dim, bool keep, ct_tensor **values,
                     ct_tensor **indices) {
  return guarded([&] { give(values, indices, at::min(x->value, dim, keep)); });
}
ct_status ct_norm(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::linalg_vector_norm(x->value, 2); });
}
ct_status ct_all(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::all(x->value); });
}
ct_status ct_any(const ct_tensor *x, ct_tensor **out) {
  return giving(out, [&] { return at::any(x->value); });
}
ct_status ct_argmax(const ct_tensor *x, ptrdiff_t dim, bool keep, ct_tensor **out) {
  return giving(out, [&] { return at::argmax(x->value, dim, keep); });
}
ct_status ct_top_k(const ct_tensor *x, ptrdiff_t k, ptrdiff_t dim, bool largest,
                   ct_tensor **values, ct_tensor **indices) {
  return guarded([&] { give(values, indices, at::topk(x->value, k, dim, largest, true)); });
}
ct_status ct_sort(const ct_tensor *x, ptrdiff_t dim, bool descending, ct_tensor **values,
                  ct_tensor **indices) {
  return guarded([&] {
    give(values, indices, at::sort(x->value, std::optional<bool>(true), dim, descending));
  });
}
ct_status ct_cumsum(const ct_tensor *x, ptrdiff_t dim, ct_tensor **out) {
  return giving(out, [&] { return at::cumsum(x->value, dim); });
}
