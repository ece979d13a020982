// Optional kernels of the trainer over at::Tensor* handles, whoever made them. A function answers 0, or -1 when libtorch threw; no exception leaves.
// The managed fallback computes the same (tests/Trainer.Tests/Native).
#include <ATen/core/Tensor.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcdiv.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_div.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_foreach_sqrt.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>

#ifdef ODK_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#endif

#include <cstdint>
#include <vector>

#define ODK extern "C" __attribute__((visibility("default")))

namespace {

std::vector<at::Tensor> tensors(at::Tensor* const* handles, int64_t count) {
    std::vector<at::Tensor> result;
    result.reserve(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; i++) {
        result.push_back(*handles[i]);
    }
    return result;
}

template <class Body> int32_t guarded(Body&& body) noexcept {
    try {
        c10::NoGradGuard no_grad;
        body();
        return 0;
    } catch (...) {
        return -1;
    }
}

}  // namespace

// One update of AdamW over lists of float32 tensors on one device, in a dozen launches whatever their number. Gradients are scaled in place.
ODK int32_t odk_adamw(at::Tensor* const* weights, at::Tensor* const* gradients, at::Tensor* const* means, at::Tensor* const* squares, int64_t count,
                      double gradient_scale, double beta1, double beta2, double epsilon, double decay, double step_size, double correction) {
    return guarded([&] {
        auto w = tensors(weights, count), g = tensors(gradients, count), m = tensors(means, count), s = tensors(squares, count);
        at::_foreach_mul_(g, gradient_scale);
        at::_foreach_mul_(m, beta1);
        at::_foreach_add_(m, g, 1 - beta1);
        at::_foreach_mul_(s, beta2);
        at::_foreach_addcmul_(s, g, g, 1 - beta2);
        auto denominators = at::_foreach_sqrt(s);
        at::_foreach_div_(denominators, correction);
        at::_foreach_add_(denominators, epsilon);
        if (decay != 1) {
            at::_foreach_mul_(w, decay);
        }
        at::_foreach_addcdiv_(w, m, denominators, -step_size);
    });
}

// The norm of all tensors together; one wait for the device.
ODK int32_t odk_norm(at::Tensor* const* list, int64_t count, double* result) {
    return guarded([&] { *result = at::stack(at::_foreach_norm(tensors(list, count), 2)).to(at::kDouble).norm().item<double>(); });
}

// Bytes that tensors hold on a CUDA device now and at most since the last reset; -1 where this build knows no CUDA.
ODK int32_t odk_cuda_memory(int32_t device, int64_t* now, int64_t* peak) {
#ifdef ODK_CUDA
    return guarded([&] {
        auto bytes = c10::cuda::CUDACachingAllocator::getDeviceStats(static_cast<c10::DeviceIndex>(device)).allocated_bytes[0];
        *now = bytes.current;
        *peak = bytes.peak;
    });
#else
    (void)device, (void)now, (void)peak;
    return -1;
#endif
}

ODK int32_t odk_cuda_reset_peak(int32_t device) {
#ifdef ODK_CUDA
    return guarded([&] { c10::cuda::CUDACachingAllocator::resetPeakStats(static_cast<c10::DeviceIndex>(device)); });
#else
    (void)device;
    return -1;
#endif
}

// Gives cached blocks back to the device.
ODK int32_t odk_cuda_empty_cache() {
#ifdef ODK_CUDA
    return guarded([&] { c10::cuda::CUDACachingAllocator::emptyCache(); });
#else
    return -1;
#endif
}
