// What every translation unit of the shim shares: the C types, the error buffer and the guards.
// Contract: a function that returns odpo_tensor* answers null on failure, one that returns int32_t or int64_t answers -1;
// only then is odpo_last_error read. No exception, of whatever type, crosses the C boundary.
#pragma once
#include <ATen/ATen.h>
#include <torch/csrc/api/include/torch/version.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <utility>

#define ODPO extern "C" __attribute__((visibility("default")))

using odpo_tensor = at::Tensor;
using odpo_generator = at::Generator;

#if TORCH_VERSION_MAJOR >= 2
#include <optional>
template <class X> using maybe = std::optional<X>;
#else
template <class X> using maybe = c10::optional<X>;
#endif

// kind: 0 double (bits are its IEEE pattern), 1 integer, 2 boolean.
struct odpo_scalar {
    int64_t bits;
    int64_t kind;
};

extern std::atomic<int64_t> odpo_live_count;

void odpo_fail(const char* what) noexcept;

inline odpo_tensor* wrap(at::Tensor&& tensor) {
    auto* handle = new at::Tensor(std::move(tensor));
    odpo_live_count.fetch_add(1, std::memory_order_relaxed);
    return handle;
}

// Runs body, which returns a tensor; null and the error text when it throws.
template <class Body> odpo_tensor* make(Body&& body) noexcept {
    try {
        return wrap(body());
    } catch (const std::exception& e) {
        odpo_fail(e.what());
    } catch (...) {
        odpo_fail("an exception of unknown type");
    }
    return nullptr;
}

// Runs body, which returns nothing; 0, or -1 and the error text when it throws.
template <class Body> int32_t run(Body&& body) noexcept {
    try {
        body();
        return 0;
    } catch (const std::exception& e) {
        odpo_fail(e.what());
    } catch (...) {
        odpo_fail("an exception of unknown type");
    }
    return -1;
}

// Moves a list of results into the caller's array; more results than it holds is an error.
inline int64_t emit(std::vector<at::Tensor>&& results, odpo_tensor** out, int64_t capacity) {
    TORCH_CHECK(static_cast<int64_t>(results.size()) <= capacity, "the result has ", results.size(), " tensors, more than ", capacity);
    for (size_t i = 0; i < results.size(); i++) {
        out[i] = results[i].defined() ? wrap(std::move(results[i])) : nullptr;
    }
    return static_cast<int64_t>(results.size());
}

inline at::Scalar number(odpo_scalar s) {
    if (s.kind == 0) {
        double value;
        static_assert(sizeof(value) == sizeof(s.bits), "a double is 64 bits");
        __builtin_memcpy(&value, &s.bits, sizeof(value));
        return value;
    }
    return s.kind == 1 ? at::Scalar(s.bits) : at::Scalar(s.bits != 0);
}

inline maybe<at::Tensor> optional(const odpo_tensor* t) { return t == nullptr ? maybe<at::Tensor>() : maybe<at::Tensor>(*t); }

inline maybe<at::Generator> optional(const odpo_generator* g) { return g == nullptr ? maybe<at::Generator>() : maybe<at::Generator>(*g); }

inline maybe<at::ScalarType> optional_type(int32_t dtype) {
    return dtype < 0 ? maybe<at::ScalarType>() : maybe<at::ScalarType>(static_cast<at::ScalarType>(dtype));
}

inline at::IntArrayRef list(const int64_t* values, int64_t count) { return at::IntArrayRef(values, static_cast<size_t>(count)); }

inline std::vector<at::Tensor> list(odpo_tensor* const* tensors, int64_t count) {
    std::vector<at::Tensor> result;
    result.reserve(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; i++) {
        result.push_back(tensors[i] == nullptr ? at::Tensor() : *tensors[i]);
    }
    return result;
}

inline at::Device device(int32_t type, int32_t index) {
    return at::Device(static_cast<at::DeviceType>(type), static_cast<at::DeviceIndex>(index));
}

inline at::TensorOptions options(int32_t dtype, int32_t device_type, int32_t device_index) {
    auto result = at::TensorOptions().device(device(device_type, device_index));
    return dtype < 0 ? result : result.dtype(static_cast<at::ScalarType>(dtype));
}
