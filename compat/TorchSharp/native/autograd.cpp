// Gradients, the thread's gradient modes, and functions whose backward is written in C#.
#include "shim.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

using torch::autograd::variable_list;

extern "C" const char* odpo_last_error() noexcept;

ODPO int32_t odpo_requires_grad(odpo_tensor* t) noexcept { return t->requires_grad() ? 1 : 0; }
ODPO int32_t odpo_set_requires_grad(odpo_tensor* t, int32_t value) noexcept { return run([&] { t->requires_grad_(value != 0); }); }
ODPO int32_t odpo_is_leaf(odpo_tensor* t) noexcept { return t->is_leaf() ? 1 : 0; }
ODPO int32_t odpo_retain_grad(odpo_tensor* t) noexcept { return run([&] { t->retain_grad(); }); }
// out is null when there is no gradient.
ODPO int32_t odpo_grad(odpo_tensor* t, odpo_tensor** out) noexcept {
    *out = nullptr;
    return run([&] {
        auto& gradient = static_cast<const at::Tensor*>(t)->grad();
        if (gradient.defined()) { *out = wrap(at::Tensor(gradient)); }
    });
}
ODPO int32_t odpo_set_grad(odpo_tensor* t, odpo_tensor* gradient) noexcept {
    return run([&] { t->mutable_grad() = gradient == nullptr ? at::Tensor() : *gradient; });
}

// gradients or inputs null: not given.
ODPO int32_t odpo_backward(odpo_tensor* const* tensors, int64_t count, odpo_tensor* const* gradients, int32_t retain_graph, int32_t create_graph, odpo_tensor* const* inputs, int64_t input_count) noexcept {
    return run([&] {
        torch::autograd::backward(list(tensors, count), gradients == nullptr ? variable_list() : list(gradients, count),
            retain_graph != 0, create_graph != 0, inputs == nullptr ? variable_list() : list(inputs, input_count));
    });
}
// out[i] is null where input i has no part in the outputs and allow_unused is set.
ODPO int32_t odpo_autograd_grad(odpo_tensor* const* outputs, int64_t count, odpo_tensor* const* inputs, int64_t input_count, odpo_tensor* const* gradients, int32_t retain_graph, int32_t create_graph, int32_t allow_unused, odpo_tensor** out) noexcept {
    return run([&] {
        auto result = torch::autograd::grad(list(outputs, count), list(inputs, input_count),
            gradients == nullptr ? variable_list() : list(gradients, count), retain_graph != 0, create_graph != 0, allow_unused != 0);
        emit(std::move(result), out, input_count);
    });
}

ODPO int32_t odpo_grad_enabled() noexcept { return c10::GradMode::is_enabled() ? 1 : 0; }
ODPO void odpo_set_grad_enabled(int32_t value) noexcept { c10::GradMode::set_enabled(value != 0); }
ODPO int32_t odpo_inference_enabled() noexcept { return c10::InferenceMode::is_enabled() ? 1 : 0; }
ODPO int32_t odpo_is_inference(odpo_tensor* t) noexcept { return t->is_inference() ? 1 : 0; }
// The guard must be freed on the thread that made it.
ODPO void* odpo_inference_enter(int32_t enabled) noexcept {
    void* guard = nullptr;
    run([&] { guard = new c10::InferenceMode(enabled != 0); });
    return guard;
}
ODPO void odpo_inference_leave(void* guard) noexcept { run([&] { delete static_cast<c10::InferenceMode*>(guard); }); }

// How C# is called back: backward fills out (handles that become ours, null: no gradient) and answers 0, or -1 after odpo_set_error.
struct odpo_callbacks {
    int32_t (*backward)(void* owner, odpo_tensor** gradients, int64_t count, odpo_tensor** out, int64_t out_count);
    void (*release)(void* owner);
};

namespace {
struct ManagedNode : public torch::autograd::Node {
    odpo_callbacks callbacks;
    void* owner;
    int64_t inputs = 0;
    std::vector<torch::autograd::SavedVariable> saved;
    bool released = false;

    ManagedNode(odpo_callbacks with, void* of) : callbacks(with), owner(of) {}
    ~ManagedNode() override { callbacks.release(owner); }

    void release_variables() override {
        released = true;
        saved.clear();
    }

    variable_list apply(variable_list&& gradients) override {
        TORCH_CHECK(!released, "Trying to backward through the graph a second time: its saved tensors are freed. Specify retain_graph=true.");
        std::vector<odpo_tensor*> in(gradients.size(), nullptr);
        for (size_t i = 0; i < gradients.size(); i++) {
            in[i] = gradients[i].defined() ? wrap(std::move(gradients[i])) : nullptr;
        }
        std::vector<odpo_tensor*> out(static_cast<size_t>(inputs), nullptr);
        auto status = callbacks.backward(owner, in.data(), static_cast<int64_t>(in.size()), out.data(), inputs);
        variable_list result = list(out.data(), inputs);
        for (auto* handle : out) {
            if (handle != nullptr) {
                delete handle;
                odpo_live_count.fetch_sub(1, std::memory_order_relaxed);
            }
        }
        TORCH_CHECK(status == 0, odpo_last_error());
        return result;
    }
};
using Shared = std::shared_ptr<ManagedNode>;
}  // namespace

// A node whose edges lead to inputs (tensors only, in the order in which backward fills its answers). Freed by odpo_node_free; the graph holds its own share.
ODPO void* odpo_node_new(odpo_callbacks callbacks, void* owner, odpo_tensor* const* inputs, int64_t count) noexcept {
    Shared* result = nullptr;
    run([&] {
        auto edges = torch::autograd::collect_next_edges(list(inputs, count));
        auto node = Shared(new ManagedNode(callbacks, owner), torch::autograd::deleteNode);
        node->inputs = count;
        node->set_next_edges(std::move(edges));
        result = new Shared(std::move(node));
    });
    return result;
}
ODPO void odpo_node_free(void* node) noexcept { run([&] { delete static_cast<Shared*>(node); }); }
// The output as a result of the node: same data, its history replaced. An output that is an input, or already has a history, is aliased first.
ODPO odpo_tensor* odpo_node_output(void* node, odpo_tensor* output) noexcept {
    return make([&] {
        auto result = output->detach();
        if (at::isFloatingType(result.scalar_type()) || at::isComplexType(result.scalar_type())) {
            torch::autograd::create_gradient_edge(result, *static_cast<Shared*>(node));
        }
        return result;
    });
}
// Keeps the tensors for backward; one that is an output of the node is kept without making a cycle.
ODPO int32_t odpo_node_save(void* node, odpo_tensor* const* tensors, int64_t count) noexcept {
    return run([&] {
        auto& own = *static_cast<Shared*>(node);
        own->saved.clear();
        for (int64_t i = 0; i < count; i++) {
            auto tensor = tensors[i] == nullptr ? at::Tensor() : *tensors[i];
            bool is_output = tensor.defined() && tensor.grad_fn().get() == own.get();
            own->saved.emplace_back(maybe<at::Tensor>(tensor), is_output);
        }
    });
}
// node is the address that odpo_node_address gave; valid while the graph lives, so inside backward.
ODPO int64_t odpo_node_saved(void* address, odpo_tensor** out, int64_t capacity) noexcept {
    int64_t written = -1;
    run([&] {
        auto* own = static_cast<ManagedNode*>(address);
        TORCH_CHECK(!own->released, "the saved tensors are freed; specify retain_graph=true");
        variable_list result;
        for (auto& variable : own->saved) { result.push_back(variable.unpack(own->shared_from_this())); }
        written = emit(std::move(result), out, capacity);
    });
    return written;
}
ODPO void* odpo_node_address(void* node) noexcept { return static_cast<Shared*>(node)->get(); }
