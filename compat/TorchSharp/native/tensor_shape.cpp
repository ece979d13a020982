// Views, joins, indexing.
#include "shim.h"

#include <ATen/TensorIndexing.h>

#include <limits>

using at::indexing::TensorIndex;

namespace {
constexpr int64_t missing = std::numeric_limits<int64_t>::min();

#if TORCH_VERSION_MAJOR >= 2
using Bound = c10::SymInt;
#else
using Bound = int64_t;
#endif
maybe<Bound> bound(int64_t value) { return value == missing ? maybe<Bound>() : maybe<Bound>(Bound(value)); }

// kinds: 0 a new axis, 1 "...", 2 an integer (args[3i]), 3 a boolean, 4 a slice (start, stop, step; INT64_MIN: not given), 5 a tensor.
std::vector<TensorIndex> indices(int64_t count, const int64_t* kinds, const int64_t* args, odpo_tensor* const* tensors) {
    std::vector<TensorIndex> result;
    result.reserve(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; i++) {
        const int64_t* a = args + 3 * i;
        switch (kinds[i]) {
            case 0: result.emplace_back(at::indexing::None); break;
            case 1: result.emplace_back(at::indexing::Ellipsis); break;
            case 2: result.emplace_back(a[0]); break;
            case 3: result.emplace_back(a[0] != 0); break;
            case 4: result.emplace_back(at::indexing::Slice(bound(a[0]), bound(a[1]), bound(a[2]))); break;
            default: result.emplace_back(*tensors[i]); break;
        }
    }
    return result;
}
}  // namespace

ODPO odpo_tensor* odpo_index(odpo_tensor* t, int64_t count, const int64_t* kinds, const int64_t* args, odpo_tensor* const* tensors) noexcept {
    return make([&] { return t->index(indices(count, kinds, args, tensors)); });
}
ODPO int32_t odpo_index_put_(odpo_tensor* t, int64_t count, const int64_t* kinds, const int64_t* args, odpo_tensor* const* tensors, odpo_tensor* value) noexcept {
    return run([&] { t->index_put_(indices(count, kinds, args, tensors), *value); });
}
ODPO int32_t odpo_index_put_scalar_(odpo_tensor* t, int64_t count, const int64_t* kinds, const int64_t* args, odpo_tensor* const* tensors, odpo_scalar value) noexcept {
    return run([&] { t->index_put_(indices(count, kinds, args, tensors), number(value)); });
}

ODPO odpo_tensor* odpo_view(odpo_tensor* t, const int64_t* sizes, int64_t count) noexcept { return make([&] { return t->view(list(sizes, count)); }); }
ODPO odpo_tensor* odpo_reshape(odpo_tensor* t, const int64_t* sizes, int64_t count) noexcept { return make([&] { return t->reshape(list(sizes, count)); }); }
ODPO odpo_tensor* odpo_expand(odpo_tensor* t, const int64_t* sizes, int64_t count) noexcept { return make([&] { return t->expand(list(sizes, count)); }); }
ODPO odpo_tensor* odpo_permute(odpo_tensor* t, const int64_t* dims, int64_t count) noexcept { return make([&] { return t->permute(list(dims, count)); }); }
ODPO odpo_tensor* odpo_repeat(odpo_tensor* t, const int64_t* sizes, int64_t count) noexcept { return make([&] { return t->repeat(list(sizes, count)); }); }
ODPO odpo_tensor* odpo_flip(odpo_tensor* t, const int64_t* dims, int64_t count) noexcept { return make([&] { return t->flip(list(dims, count)); }); }
ODPO odpo_tensor* odpo_transpose(odpo_tensor* t, int64_t a, int64_t b) noexcept { return make([&] { return t->transpose(a, b); }); }
ODPO odpo_tensor* odpo_t(odpo_tensor* t) noexcept { return make([&] { return t->t(); }); }
ODPO odpo_tensor* odpo_unsqueeze(odpo_tensor* t, int64_t dim) noexcept { return make([&] { return t->unsqueeze(dim); }); }
ODPO odpo_tensor* odpo_squeeze(odpo_tensor* t) noexcept { return make([&] { return t->squeeze(); }); }
ODPO odpo_tensor* odpo_squeeze_dim(odpo_tensor* t, int64_t dim) noexcept { return make([&] { return t->squeeze(dim); }); }
ODPO odpo_tensor* odpo_narrow(odpo_tensor* t, int64_t dim, int64_t start, int64_t length) noexcept { return make([&] { return t->narrow(dim, start, length); }); }
ODPO odpo_tensor* odpo_select(odpo_tensor* t, int64_t dim, int64_t index) noexcept { return make([&] { return t->select(dim, index); }); }
ODPO odpo_tensor* odpo_slice(odpo_tensor* t, int64_t dim, int64_t start, int64_t stop, int64_t step) noexcept { return make([&] { return t->slice(dim, start, stop, step); }); }
ODPO odpo_tensor* odpo_flatten(odpo_tensor* t, int64_t start, int64_t end) noexcept { return make([&] { return t->flatten(start, end); }); }
ODPO odpo_tensor* odpo_triu(odpo_tensor* t, int64_t diagonal) noexcept { return make([&] { return t->triu(diagonal); }); }
ODPO odpo_tensor* odpo_tril(odpo_tensor* t, int64_t diagonal) noexcept { return make([&] { return t->tril(diagonal); }); }
ODPO odpo_tensor* odpo_pad(odpo_tensor* t, const int64_t* pad, int64_t count, double value) noexcept { return make([&] { return at::constant_pad_nd(*t, list(pad, count), value); }); }
ODPO odpo_tensor* odpo_one_hot(odpo_tensor* t, int64_t classes) noexcept { return make([&] { return at::one_hot(*t, classes); }); }
ODPO odpo_tensor* odpo_nonzero(odpo_tensor* t) noexcept { return make([&] { return t->nonzero(); }); }

ODPO odpo_tensor* odpo_index_select(odpo_tensor* t, int64_t dim, odpo_tensor* index) noexcept { return make([&] { return t->index_select(dim, *index); }); }
ODPO int32_t odpo_index_add_(odpo_tensor* t, int64_t dim, odpo_tensor* index, odpo_tensor* source, odpo_scalar alpha) noexcept {
    return run([&] { t->index_add_(dim, *index, *source, number(alpha)); });
}
ODPO odpo_tensor* odpo_gather(odpo_tensor* t, int64_t dim, odpo_tensor* index) noexcept { return make([&] { return t->gather(dim, *index); }); }
ODPO int32_t odpo_scatter_(odpo_tensor* t, int64_t dim, odpo_tensor* index, odpo_tensor* source) noexcept { return run([&] { t->scatter_(dim, *index, *source); }); }
ODPO int32_t odpo_scatter_scalar_(odpo_tensor* t, int64_t dim, odpo_tensor* index, odpo_scalar value) noexcept { return run([&] { t->scatter_(dim, *index, number(value)); }); }
ODPO int32_t odpo_scatter_add_(odpo_tensor* t, int64_t dim, odpo_tensor* index, odpo_tensor* source) noexcept { return run([&] { t->scatter_add_(dim, *index, *source); }); }
ODPO odpo_tensor* odpo_masked_fill(odpo_tensor* t, odpo_tensor* mask, odpo_scalar value) noexcept { return make([&] { return t->masked_fill(*mask, number(value)); }); }
ODPO int32_t odpo_masked_fill_(odpo_tensor* t, odpo_tensor* mask, odpo_scalar value) noexcept { return run([&] { t->masked_fill_(*mask, number(value)); }); }
ODPO odpo_tensor* odpo_masked_select(odpo_tensor* t, odpo_tensor* mask) noexcept { return make([&] { return t->masked_select(*mask); }); }
ODPO odpo_tensor* odpo_where(odpo_tensor* condition, odpo_tensor* a, odpo_tensor* b) noexcept { return make([&] { return at::where(*condition, *a, *b); }); }
ODPO odpo_tensor* odpo_repeat_interleave(odpo_tensor* t, int64_t repeats, int64_t dim, int32_t has_dim) noexcept {
    return make([&] { return t->repeat_interleave(repeats, has_dim != 0 ? maybe<int64_t>(dim) : maybe<int64_t>()); });
}
ODPO odpo_tensor* odpo_repeat_interleave_tensor(odpo_tensor* t, odpo_tensor* repeats, int64_t dim, int32_t has_dim) noexcept {
    return make([&] { return t->repeat_interleave(*repeats, has_dim != 0 ? maybe<int64_t>(dim) : maybe<int64_t>()); });
}

ODPO odpo_tensor* odpo_cat(odpo_tensor* const* tensors, int64_t count, int64_t dim) noexcept { return make([&] { return at::cat(list(tensors, count), dim); }); }
ODPO odpo_tensor* odpo_stack(odpo_tensor* const* tensors, int64_t count, int64_t dim) noexcept { return make([&] { return at::stack(list(tensors, count), dim); }); }

// The answer is how many tensors were written to out.
#define SEVERAL(call) \
    int64_t written = -1; \
    run([&] { written = emit(call, out, capacity); }); \
    return written;
ODPO int64_t odpo_split(odpo_tensor* t, int64_t size, int64_t dim, odpo_tensor** out, int64_t capacity) noexcept { SEVERAL(t->split(size, dim)) }
ODPO int64_t odpo_split_sizes(odpo_tensor* t, const int64_t* sizes, int64_t count, int64_t dim, odpo_tensor** out, int64_t capacity) noexcept {
    SEVERAL(t->split_with_sizes(list(sizes, count), dim))
}
ODPO int64_t odpo_chunk(odpo_tensor* t, int64_t chunks, int64_t dim, odpo_tensor** out, int64_t capacity) noexcept { SEVERAL(t->chunk(chunks, dim)) }
ODPO int64_t odpo_unbind(odpo_tensor* t, int64_t dim, odpo_tensor** out, int64_t capacity) noexcept { SEVERAL(t->unbind(dim)) }
