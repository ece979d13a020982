// Handles, creation, properties, copies, random numbers, threads and devices.
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/DefaultDtype.h>

#include <cstring>
#include <mutex>

std::atomic<int64_t> odpo_live_count{0};

namespace {
// Fixed, so that reporting an exhausted memory needs none.
thread_local char error_text[4096];

at::Generator generator_for(const odpo_generator* given, int32_t device_type, int32_t device_index) {
    return given != nullptr ? *given : at::globalContext().defaultGenerator(device(device_type, device_index));
}
}  // namespace

void odpo_fail(const char* what) noexcept {
    std::strncpy(error_text, what, sizeof(error_text) - 1);
    error_text[sizeof(error_text) - 1] = '\0';
}

ODPO const char* odpo_last_error() noexcept { return error_text; }

ODPO void odpo_set_error(const char* text) noexcept { odpo_fail(text); }

// MAJOR * 10000 + MINOR * 100 + PATCH of the libtorch whose headers the shim was built with.
ODPO int64_t odpo_version() noexcept { return TORCH_VERSION_MAJOR * 10000 + TORCH_VERSION_MINOR * 100 + TORCH_VERSION_PATCH; }

ODPO int64_t odpo_live_handles() noexcept { return odpo_live_count.load(std::memory_order_relaxed); }

ODPO void odpo_free(odpo_tensor* t) noexcept {
    odpo_live_count.fetch_sub(1, std::memory_order_relaxed);
    run([&] { delete t; });
}

// A scope's worth at once: one call and one count.
ODPO void odpo_free_many(odpo_tensor* const* tensors, int64_t count) noexcept {
    odpo_live_count.fetch_sub(count, std::memory_order_relaxed);
    for (int64_t i = 0; i < count; i++) {
        run([&] { delete tensors[i]; });
    }
}

// A second handle on the same tensor.
ODPO odpo_tensor* odpo_alias(odpo_tensor* t) noexcept { return make([&] { return at::Tensor(*t); }); }

// Creation. dtype -1 means the default type (of the value, for full and arange).
ODPO odpo_tensor* odpo_empty(const int64_t* sizes, int64_t count, int32_t dtype, int32_t device_type, int32_t device_index) noexcept {
    return make([&] { return at::empty(list(sizes, count), options(dtype, device_type, device_index)); });
}
ODPO odpo_tensor* odpo_zeros(const int64_t* sizes, int64_t count, int32_t dtype, int32_t device_type, int32_t device_index) noexcept {
    return make([&] { return at::zeros(list(sizes, count), options(dtype, device_type, device_index)); });
}
ODPO odpo_tensor* odpo_full(const int64_t* sizes, int64_t count, odpo_scalar value, int32_t dtype, int32_t device_type, int32_t device_index) noexcept {
    return make([&] { return at::full(list(sizes, count), number(value), options(dtype, device_type, device_index)); });
}
ODPO odpo_tensor* odpo_empty_like(odpo_tensor* t, int32_t dtype, int32_t device_type, int32_t device_index) noexcept {
    return make([&] {
        auto wanted = t->options();
        if (dtype >= 0) { wanted = wanted.dtype(static_cast<at::ScalarType>(dtype)); }
        if (device_type >= 0) { wanted = wanted.device(device(device_type, device_index)); }
        return at::empty_like(*t, wanted);
    });
}
ODPO odpo_tensor* odpo_arange(odpo_scalar start, odpo_scalar stop, odpo_scalar step, int32_t dtype, int32_t device_type, int32_t device_index) noexcept {
    return make([&] { return at::arange(number(start), number(stop), number(step), options(dtype, device_type, device_index)); });
}
ODPO odpo_tensor* odpo_linspace(odpo_scalar start, odpo_scalar stop, int64_t steps, int32_t dtype, int32_t device_type, int32_t device_index) noexcept {
    return make([&] { return at::linspace(number(start), number(stop), steps, options(dtype, device_type, device_index)); });
}
ODPO odpo_tensor* odpo_eye(int64_t rows, int64_t columns, int32_t dtype, int32_t device_type, int32_t device_index) noexcept {
    return make([&] { return at::eye(rows, columns, options(dtype, device_type, device_index)); });
}
ODPO odpo_tensor* odpo_randperm(int64_t n, const odpo_generator* g, int32_t dtype, int32_t device_type, int32_t device_index) noexcept {
    return make([&] { return at::randperm(n, optional(g), options(dtype, device_type, device_index)); });
}
// A copy of the caller's memory.
ODPO odpo_tensor* odpo_from_data(void* data, const int64_t* sizes, int64_t count, int32_t dtype, int32_t device_type, int32_t device_index) noexcept {
    return make([&] {
        auto shared = at::from_blob(data, list(sizes, count), options(dtype, 0, -1));
        return device_type == 0 ? shared.clone() : shared.to(device(device_type, device_index), shared.scalar_type(), false, true);
    });
}
// Shares the caller's memory; release(context) runs when the last tensor over it is gone.
ODPO odpo_tensor* odpo_from_blob(void* data, const int64_t* sizes, int64_t count, int32_t dtype, void (*release)(void*), void* context) noexcept {
    return make([&] { return at::from_blob(data, list(sizes, count), [release, context](void*) { release(context); }, options(dtype, 0, -1)); });
}

// Properties.
ODPO int64_t odpo_dim(odpo_tensor* t) noexcept { return t->dim(); }
ODPO int64_t odpo_numel(odpo_tensor* t) noexcept { return t->numel(); }
ODPO int32_t odpo_dtype(odpo_tensor* t) noexcept { return static_cast<int32_t>(t->scalar_type()); }
ODPO int64_t odpo_element_size(odpo_tensor* t) noexcept { return static_cast<int64_t>(t->element_size()); }
ODPO int32_t odpo_is_contiguous(odpo_tensor* t) noexcept { return t->is_contiguous() ? 1 : 0; }
ODPO int32_t odpo_device_type(odpo_tensor* t) noexcept { return static_cast<int32_t>(t->device().type()); }
ODPO int32_t odpo_device_index(odpo_tensor* t) noexcept { return t->device().index(); }
ODPO void* odpo_data_ptr(odpo_tensor* t) noexcept {
    void* result = nullptr;
    run([&] { result = t->data_ptr(); });
    return result;
}
ODPO int32_t odpo_sizes(odpo_tensor* t, int64_t* out) noexcept {
    return run([&] { auto s = t->sizes(); std::copy(s.begin(), s.end(), out); });
}
ODPO int32_t odpo_strides(odpo_tensor* t, int64_t* out) noexcept {
    return run([&] { auto s = t->strides(); std::copy(s.begin(), s.end(), out); });
}
ODPO int32_t odpo_item(odpo_tensor* t, odpo_scalar* out) noexcept {
    return run([&] {
        auto value = t->item();
        if (value.isBoolean()) {
            *out = {value.toBool() ? 1 : 0, 2};
        } else if (value.isFloatingPoint()) {
            double d = value.toDouble();
            std::memcpy(&out->bits, &d, sizeof(d));
            out->kind = 0;
        } else {
            *out = {value.toLong(), 1};
        }
    });
}

// Copies. dtype -1 and device_type -1 keep what the tensor has.
ODPO odpo_tensor* odpo_to(odpo_tensor* t, int32_t dtype, int32_t device_type, int32_t device_index, int32_t copy, int32_t non_blocking) noexcept {
    return make([&] {
        auto type = dtype < 0 ? t->scalar_type() : static_cast<at::ScalarType>(dtype);
        return t->to(device_type < 0 ? t->device() : device(device_type, device_index), type, non_blocking != 0, copy != 0);
    });
}
ODPO int32_t odpo_copy_(odpo_tensor* t, odpo_tensor* source, int32_t non_blocking) noexcept { return run([&] { t->copy_(*source, non_blocking != 0); }); }
ODPO odpo_tensor* odpo_clone(odpo_tensor* t) noexcept { return make([&] { return t->clone(); }); }
ODPO odpo_tensor* odpo_detach(odpo_tensor* t) noexcept { return make([&] { return t->detach(); }); }
ODPO odpo_tensor* odpo_contiguous(odpo_tensor* t) noexcept { return make([&] { return t->contiguous(); }); }

// Random numbers, in place, from a generator or the device's own.
ODPO int32_t odpo_uniform_(odpo_tensor* t, double from, double to, const odpo_generator* g) noexcept { return run([&] { t->uniform_(from, to, optional(g)); }); }
ODPO int32_t odpo_normal_(odpo_tensor* t, double mean, double std, const odpo_generator* g) noexcept { return run([&] { t->normal_(mean, std, optional(g)); }); }
ODPO int32_t odpo_random_(odpo_tensor* t, int64_t low, int64_t high, const odpo_generator* g) noexcept { return run([&] { t->random_(low, high, optional(g)); }); }

ODPO odpo_generator* odpo_generator_new(int64_t seed, int32_t device_type, int32_t device_index) noexcept {
    odpo_generator* result = nullptr;
    run([&] {
        auto made = device_type == 0 ? at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(seed))
                                     : at::globalContext().defaultGenerator(device(device_type, device_index)).clone();
        made.set_current_seed(static_cast<uint64_t>(seed));
        result = new at::Generator(std::move(made));
    });
    return result;
}
ODPO void odpo_generator_free(odpo_generator* g) noexcept { run([&] { delete g; }); }
// generator null: the default one of the device.
ODPO odpo_tensor* odpo_generator_state(const odpo_generator* g, int32_t device_type, int32_t device_index) noexcept {
    return make([&] {
        auto generator = generator_for(g, device_type, device_index);
        std::lock_guard<std::mutex> lock(generator.mutex());
        return generator.get_state();
    });
}
ODPO int32_t odpo_generator_set_state(const odpo_generator* g, int32_t device_type, int32_t device_index, odpo_tensor* state) noexcept {
    return run([&] {
        auto generator = generator_for(g, device_type, device_index);
        std::lock_guard<std::mutex> lock(generator.mutex());
        generator.set_state(*state);
    });
}
ODPO int32_t odpo_generator_seed(const odpo_generator* g, int64_t seed) noexcept {
    return run([&] {
        auto generator = *g;
        std::lock_guard<std::mutex> lock(generator.mutex());
        generator.set_current_seed(static_cast<uint64_t>(seed));
    });
}
ODPO int64_t odpo_generator_initial_seed(const odpo_generator* g) noexcept {
    int64_t seed = -1;
    run([&] { seed = static_cast<int64_t>(generator_for(g, 0, -1).current_seed()); });
    return seed;
}
// Seeds the CPU and every CUDA device.
ODPO int32_t odpo_manual_seed(int64_t seed) noexcept { return run([&] { at::manual_seed(static_cast<uint64_t>(seed)); }); }

// Threads and devices.
ODPO int32_t odpo_set_threads(int32_t count) noexcept { return run([&] { at::set_num_threads(count); }); }
ODPO int32_t odpo_threads() noexcept { return at::get_num_threads(); }
ODPO int32_t odpo_set_interop_threads(int32_t count) noexcept { return run([&] { at::set_num_interop_threads(count); }); }
ODPO int32_t odpo_set_default_dtype(int32_t dtype) noexcept {
    return run([&] { c10::set_default_dtype(c10::scalarTypeToTypeMeta(static_cast<at::ScalarType>(dtype))); });
}
ODPO int32_t odpo_default_dtype() noexcept { return static_cast<int32_t>(c10::typeMetaToScalarType(c10::get_default_dtype())); }
ODPO int32_t odpo_cuda_devices() noexcept {
    int32_t count = 0;
    auto status = run([&] { count = at::hasCUDA() ? static_cast<int32_t>(at::getNumGPUs()) : 0; });
    return status == 0 ? count : 0;
}
ODPO int32_t odpo_cuda_synchronize(int32_t index) noexcept {
    return run([&] { at::detail::getCUDAHooks().deviceSynchronize(static_cast<at::DeviceIndex>(index)); });
}
// which: 0 TF32 in cuBLAS, 1 TF32 in cuDNN, 2 reduced precision in fp16 matmul. value -1 only reads; the answer is the setting.
ODPO int32_t odpo_cuda_precision(int32_t which, int32_t value) noexcept {
    auto& context = at::globalContext();
    int32_t result = -1;
    run([&] {
        if (which == 0) {
            if (value >= 0) { context.setAllowTF32CuBLAS(value != 0); }
            result = context.allowTF32CuBLAS() ? 1 : 0;
        } else if (which == 1) {
            if (value >= 0) { context.setAllowTF32CuDNN(value != 0); }
            result = context.allowTF32CuDNN() ? 1 : 0;
        } else {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 9)
            result = 0;
#else
            if (value >= 0) { context.setAllowFP16ReductionCuBLAS(value != 0); }
            result = context.allowFP16ReductionCuBLAS() ? 1 : 0;
#endif
        }
    });
    return result;
}
