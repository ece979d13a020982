// Arithmetic, comparisons, reductions, and the functions of nn.functional.
#include "shim.h"

#define UNARY(name) \
    ODPO odpo_tensor* odpo_##name(odpo_tensor* a) noexcept { return make([&] { return at::name(*a); }); }
#define UNARY_INPLACE(name) \
    ODPO int32_t odpo_##name##_(odpo_tensor* a) noexcept { return run([&] { a->name##_(); }); }
#define BINARY(name) \
    ODPO odpo_tensor* odpo_##name(odpo_tensor* a, odpo_tensor* b) noexcept { return make([&] { return at::name(*a, *b); }); }
#define BINARY_INPLACE(name) \
    ODPO int32_t odpo_##name##_(odpo_tensor* a, odpo_tensor* b) noexcept { return run([&] { a->name##_(*b); }); }
#define SCALAR(name) \
    ODPO odpo_tensor* odpo_##name##_scalar(odpo_tensor* a, odpo_scalar b) noexcept { return make([&] { return at::name(*a, number(b)); }); }
#define SCALAR_INPLACE(name) \
    ODPO int32_t odpo_##name##_scalar_(odpo_tensor* a, odpo_scalar b) noexcept { return run([&] { a->name##_(number(b)); }); }

UNARY(exp)
UNARY(log)
UNARY(log1p)
UNARY(sqrt)
UNARY(rsqrt)
UNARY(square)
UNARY(reciprocal)
UNARY(neg)
UNARY(abs)
UNARY(sign)
UNARY(floor)
UNARY(ceil)
UNARY(round)
UNARY(sin)
UNARY(cos)
UNARY(tanh)
UNARY(sigmoid)
UNARY(log_sigmoid)
UNARY(relu)
UNARY(silu)
UNARY(erf)
UNARY(isfinite)
UNARY(isnan)
UNARY(logical_not)
UNARY(bitwise_not)
UNARY(all)
UNARY(any)
UNARY(max)
UNARY(min)

UNARY_INPLACE(exp)
UNARY_INPLACE(sqrt)
UNARY_INPLACE(tanh)
UNARY_INPLACE(sigmoid)
UNARY_INPLACE(relu)
UNARY_INPLACE(zero)
UNARY_INPLACE(detach)

BINARY(add)
BINARY(sub)
BINARY(mul)
BINARY(div)
BINARY(pow)
BINARY(remainder)
BINARY(minimum)
BINARY(maximum)
BINARY(eq)
BINARY(ne)
BINARY(lt)
BINARY(le)
BINARY(gt)
BINARY(ge)
BINARY(logical_and)
BINARY(logical_or)
BINARY(bitwise_and)
BINARY(bitwise_or)
BINARY(bitwise_xor)
BINARY(bitwise_right_shift)
BINARY(matmul)
BINARY(mm)
BINARY(bmm)
BINARY(outer)

BINARY_INPLACE(add)
BINARY_INPLACE(sub)
BINARY_INPLACE(mul)
BINARY_INPLACE(div)

SCALAR(add)
SCALAR(sub)
SCALAR(rsub)
SCALAR(mul)
SCALAR(div)
SCALAR(pow)
SCALAR(remainder)
SCALAR(eq)
SCALAR(ne)
SCALAR(lt)
SCALAR(le)
SCALAR(gt)
SCALAR(ge)

SCALAR_INPLACE(add)
SCALAR_INPLACE(sub)
SCALAR_INPLACE(mul)
SCALAR_INPLACE(div)
SCALAR_INPLACE(pow)
SCALAR_INPLACE(fill)

ODPO odpo_tensor* odpo_add_alpha(odpo_tensor* a, odpo_tensor* b, odpo_scalar alpha) noexcept { return make([&] { return at::add(*a, *b, number(alpha)); }); }
ODPO int32_t odpo_add_alpha_(odpo_tensor* a, odpo_tensor* b, odpo_scalar alpha) noexcept { return run([&] { a->add_(*b, number(alpha)); }); }
ODPO int32_t odpo_addcmul_(odpo_tensor* a, odpo_tensor* b, odpo_tensor* c, odpo_scalar value) noexcept { return run([&] { a->addcmul_(*b, *c, number(value)); }); }
ODPO int32_t odpo_addcdiv_(odpo_tensor* a, odpo_tensor* b, odpo_tensor* c, odpo_scalar value) noexcept { return run([&] { a->addcdiv_(*b, *c, number(value)); }); }
ODPO odpo_tensor* odpo_lerp(odpo_tensor* a, odpo_tensor* end, odpo_scalar weight) noexcept { return make([&] { return at::lerp(*a, *end, number(weight)); }); }
ODPO odpo_tensor* odpo_scalar_pow(odpo_scalar a, odpo_tensor* exponent) noexcept { return make([&] { return at::pow(number(a), *exponent); }); }

static maybe<at::Scalar> bound(const odpo_scalar* s) { return s == nullptr ? maybe<at::Scalar>() : maybe<at::Scalar>(number(*s)); }

ODPO odpo_tensor* odpo_clamp(odpo_tensor* a, const odpo_scalar* low, const odpo_scalar* high) noexcept { return make([&] { return at::clamp(*a, bound(low), bound(high)); }); }
ODPO int32_t odpo_clamp_(odpo_tensor* a, const odpo_scalar* low, const odpo_scalar* high) noexcept { return run([&] { a->clamp_(bound(low), bound(high)); }); }

// Reductions. count 0 means all dimensions; dtype -1 keeps the tensor's type.
static at::IntArrayRef all_if_none(const int64_t* dims, int64_t count, std::vector<int64_t>& hold, int64_t rank) {
    if (count > 0) { return list(dims, count); }
    for (int64_t i = 0; i < rank; i++) { hold.push_back(i); }
    return hold;
}
#define REDUCE(name, call) \
    ODPO odpo_tensor* odpo_##name(odpo_tensor* a, const int64_t* dims, int64_t count, int32_t keepdim, int32_t dtype) noexcept { \
        return make([&] { \
            std::vector<int64_t> hold; \
            auto over = all_if_none(dims, count, hold, a->dim()); \
            auto type = optional_type(dtype); \
            (void)type; \
            return call; \
        }); \
    }
REDUCE(sum, at::sum(*a, over, keepdim != 0, type))
REDUCE(mean, at::mean(*a, over, keepdim != 0, type))
REDUCE(amax, at::amax(*a, over, keepdim != 0))
REDUCE(logsumexp, at::logsumexp(*a, over, keepdim != 0))
ODPO odpo_tensor* odpo_var(odpo_tensor* a, const int64_t* dims, int64_t count, int32_t unbiased, int32_t keepdim) noexcept {
    return make([&] { return count == 0 ? at::var(*a, unbiased != 0) : at::var(*a, list(dims, count), unbiased != 0, keepdim != 0); });
}
ODPO odpo_tensor* odpo_std(odpo_tensor* a, const int64_t* dims, int64_t count, int32_t unbiased, int32_t keepdim) noexcept {
    return make([&] { return count == 0 ? at::std(*a, unbiased != 0) : at::std(*a, list(dims, count), unbiased != 0, keepdim != 0); });
}
ODPO odpo_tensor* odpo_norm(odpo_tensor* a, odpo_scalar p, const int64_t* dims, int64_t count, int32_t keepdim) noexcept {
    return make([&] { return count == 0 ? at::norm(*a, number(p)) : at::norm(*a, maybe<at::Scalar>(number(p)), list(dims, count), keepdim != 0); });
}
ODPO odpo_tensor* odpo_all_dim(odpo_tensor* a, int64_t dim, int32_t keepdim) noexcept { return make([&] { return at::all(*a, dim, keepdim != 0); }); }
ODPO odpo_tensor* odpo_any_dim(odpo_tensor* a, int64_t dim, int32_t keepdim) noexcept { return make([&] { return at::any(*a, dim, keepdim != 0); }); }
ODPO odpo_tensor* odpo_argmax(odpo_tensor* a, int64_t dim, int32_t has_dim, int32_t keepdim) noexcept {
    return make([&] { return at::argmax(*a, has_dim != 0 ? maybe<int64_t>(dim) : maybe<int64_t>(), keepdim != 0); });
}
ODPO odpo_tensor* odpo_argmin(odpo_tensor* a, int64_t dim, int32_t has_dim, int32_t keepdim) noexcept {
    return make([&] { return at::argmin(*a, has_dim != 0 ? maybe<int64_t>(dim) : maybe<int64_t>(), keepdim != 0); });
}
ODPO odpo_tensor* odpo_cumsum(odpo_tensor* a, int64_t dim, int32_t dtype) noexcept { return make([&] { return at::cumsum(*a, dim, optional_type(dtype)); }); }

// Two results go to out[0] and out[1].
static void emit_pair(std::tuple<at::Tensor, at::Tensor>&& pair, odpo_tensor** out) {
    emit({std::get<0>(std::move(pair)), std::get<1>(std::move(pair))}, out, 2);
}
ODPO int32_t odpo_max_dim(odpo_tensor* a, int64_t dim, int32_t keepdim, odpo_tensor** out) noexcept { return run([&] { emit_pair(at::max(*a, dim, keepdim != 0), out); }); }
ODPO int32_t odpo_min_dim(odpo_tensor* a, int64_t dim, int32_t keepdim, odpo_tensor** out) noexcept { return run([&] { emit_pair(at::min(*a, dim, keepdim != 0), out); }); }
ODPO int32_t odpo_topk(odpo_tensor* a, int64_t k, int64_t dim, int32_t largest, int32_t sorted, odpo_tensor** out) noexcept {
    return run([&] { emit_pair(at::topk(*a, k, dim, largest != 0, sorted != 0), out); });
}
ODPO int32_t odpo_sort(odpo_tensor* a, int64_t dim, int32_t descending, int32_t stable, odpo_tensor** out) noexcept {
    return run([&] { emit_pair(at::sort(*a, maybe<bool>(stable != 0), dim, descending != 0), out); });
}
ODPO odpo_tensor* odpo_multinomial(odpo_tensor* a, int64_t samples, int32_t replacement, const odpo_generator* g) noexcept {
    return make([&] { return at::multinomial(*a, samples, replacement != 0, optional(g)); });
}
ODPO odpo_tensor* odpo_einsum(const char* equation, odpo_tensor* const* tensors, int64_t count) noexcept {
    return make([&] { return at::einsum(equation, list(tensors, count)); });
}

// nn.functional.
ODPO odpo_tensor* odpo_softmax(odpo_tensor* a, int64_t dim, int32_t dtype) noexcept { return make([&] { return at::softmax(*a, dim, optional_type(dtype)); }); }
ODPO odpo_tensor* odpo_log_softmax(odpo_tensor* a, int64_t dim, int32_t dtype) noexcept { return make([&] { return at::log_softmax(*a, dim, optional_type(dtype)); }); }
ODPO odpo_tensor* odpo_gelu(odpo_tensor* a, int32_t tanh_form) noexcept { return make([&] { return at::gelu(*a, tanh_form != 0 ? "tanh" : "none"); }); }
ODPO odpo_tensor* odpo_softplus(odpo_tensor* a, double beta, double threshold) noexcept { return make([&] { return at::softplus(*a, beta, threshold); }); }
ODPO int32_t odpo_silu_(odpo_tensor* a) noexcept { return run([&] { at::silu_(*a); }); }
ODPO odpo_tensor* odpo_linear(odpo_tensor* x, odpo_tensor* weight, odpo_tensor* bias) noexcept { return make([&] { return at::linear(*x, *weight, optional(bias)); }); }
ODPO odpo_tensor* odpo_embedding(odpo_tensor* weight, odpo_tensor* indices, int64_t padding_index) noexcept { return make([&] { return at::embedding(*weight, *indices, padding_index); }); }
ODPO odpo_tensor* odpo_layer_norm(odpo_tensor* x, const int64_t* shape, int64_t count, odpo_tensor* weight, odpo_tensor* bias, double eps) noexcept {
    return make([&] { return at::layer_norm(*x, list(shape, count), optional(weight), optional(bias), eps); });
}
ODPO odpo_tensor* odpo_dropout(odpo_tensor* a, double p, int32_t training) noexcept { return make([&] { return at::dropout(*a, p, training != 0); }); }
ODPO odpo_tensor* odpo_cross_entropy(odpo_tensor* x, odpo_tensor* target, odpo_tensor* weight, int64_t reduction, int64_t ignore, double smoothing) noexcept {
    return make([&] { return at::cross_entropy_loss(*x, *target, optional(weight), reduction, ignore, smoothing); });
}
// A boolean mask keeps where it is true, as in libtorch 2; 1.13 reads it the other way round, so it is made additive for it.
ODPO odpo_tensor* odpo_attention(odpo_tensor* q, odpo_tensor* k, odpo_tensor* v, odpo_tensor* mask, double p, int32_t causal) noexcept {
    return make([&] {
#if TORCH_VERSION_MAJOR >= 2
        return at::scaled_dot_product_attention(*q, *k, *v, optional(mask), p, causal != 0);
#else
        auto additive = optional(mask);
        if (mask != nullptr && mask->scalar_type() == at::kBool) {
            additive = at::zeros(mask->sizes(), q->options()).masked_fill(mask->logical_not(), -std::numeric_limits<double>::infinity());
        }
        return std::get<0>(at::_scaled_dot_product_attention(*q, *k, *v, additive, p, false, causal != 0));
#endif
    });
}
