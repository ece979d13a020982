// The peer of bench/TorchSharp in C++: the same two loops on libtorch, one thread. Prints CPU seconds for each, as JSON.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

// Processor time, so that what else the machine does counts little.
static double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// y = (x + 1-tensor) * x, viewed: three dispatches on tensors of one element, without gradients.
static double elementwise(int64_t rounds) {
    at::NoGradGuard no_grad;
    auto x = at::ones({1}), one = at::ones({1});
    double start = seconds();
    for (int64_t i = 0; i < rounds; i++) {
        auto y = ((x + one) * x).view({1, 1});
    }
    return seconds() - start;
}

// Forward and backward of a layer of two units: linear, silu, sum, gradient read and dropped.
static double training(int64_t rounds) {
    auto weight = at::ones({2, 2}).requires_grad_(), x = at::ones({1, 2});
    double start = seconds();
    for (int64_t i = 0; i < rounds; i++) {
        at::silu(at::linear(x, weight)).sum().backward();
        auto gradient = weight.grad();
        weight.mutable_grad() = at::Tensor();
    }
    return seconds() - start;
}

int main(int argc, char** argv) {
    at::set_num_threads(1);
    int64_t rounds = argc > 1 ? std::atoll(argv[1]) : 100000;
    elementwise(rounds / 10);
    training(rounds / 100);
    double first = elementwise(rounds), second = training(rounds / 10);
    std::printf("{\"elementwise\": %.9f, \"training\": %.9f}\n", first, second);
    return 0;
}
