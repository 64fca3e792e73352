// Activation checkpointing (Chen et al. 2016, arXiv 1604.06174), which LibTorch has in Python only.
#include "guard.hpp"
#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <mutex>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

namespace ct {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The caller's block. It lives as long as the graph that may ask for it.
struct Block final : torch::CustomClassHolder {
  CTBlock run;
  void* context;
  void (*free)(void*);
  Block(CTBlock run, void* context, void (*free)(void*)) : run(run), context(context), free(free) {}
  ~Block() override { free(context); }

  // With a graph in both passes, so that both take the same operations.
  at::Tensor operator()(at::Tensor x, bool again) const {
    at::AutoGradMode records(true);
    CTTensor out = run(context, give(std::move(x)), again);
    if (!out) throw std::runtime_error(ct_last_error());
    return at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(
        reinterpret_cast<at::TensorImpl*>(out)));
  }
};

// Where a device's random numbers stand. Dropout must drop the same again.
at::Tensor randoms(c10::Device device) {
  auto generator = at::globalContext().defaultGenerator(device);
  std::lock_guard<std::mutex> lock(generator.mutex());
  return generator.get_state();
}
void set_randoms(c10::Device device, const at::Tensor& state) {
  auto generator = at::globalContext().defaultGenerator(device);
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(state);
}
class RandomsFrom {
  const c10::Device device_;
  const at::Tensor before_;

 public:
  RandomsFrom(c10::Device device, const at::Tensor& state) : device_(device), before_(randoms(device)) {
    set_randoms(device, state);
  }
  ~RandomsFrom() {
    guard([&] { set_randoms(device_, before_); });
  }
};

// Autocast as in the forward pass: the backward pass runs outside of it, and on a GPU on a thread of its own.
class AutocastAs {
  const c10::DeviceType kind_;
  const bool was_on_;
  const at::ScalarType was_type_;

 public:
  AutocastAs(c10::DeviceType kind, bool on, at::ScalarType type)
      : kind_(kind), was_on_(at::autocast::is_autocast_enabled(kind)), was_type_(at::autocast::get_autocast_dtype(kind)) {
    at::autocast::set_autocast_enabled(kind, on);
    at::autocast::set_autocast_dtype(kind, type);
    at::autocast::increment_nesting();
  }
  ~AutocastAs() {
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(kind_, was_on_);
    at::autocast::set_autocast_dtype(kind_, was_type_);
  }
};

// The parameters are inputs as well, so that gradients come out where the graph expects them, whatever x is.
struct Checkpoint : torch::autograd::Function<Checkpoint> {
  static at::Tensor forward(AutogradContext* context, at::TensorList inputs, c10::intrusive_ptr<Block> block) {
    const auto kind = inputs[0].device().type();
    auto& kept = context->saved_data;
    kept["autocast"] = at::autocast::is_autocast_enabled(kind);
    kept["dtype"] = static_cast<int64_t>(at::autocast::get_autocast_dtype(kind));
    kept["cpu"] = randoms(c10::kCPU);
    if (!inputs[0].is_cpu()) kept["device"] = randoms(inputs[0].device());
    // Also what makes a backward pass fail when a parameter was written to in between.
    context->save_for_backward(inputs.vec());
    context->set_materialize_grads(false);
    const bool learns = inputs[0].requires_grad();
    auto out = (*block)(inputs[0].detach().set_requires_grad(learns), false).detach();
    kept["block"] = c10::IValue::make_capsule(std::move(block));
    return out;
  }

  static at::Tensor again(AutogradContext* context, const at::Tensor& x) {
    auto& kept = context->saved_data;
    const auto kind = x.device().type();
    AutocastAs autocast(kind, kept["autocast"].toBool(), static_cast<at::ScalarType>(kept["dtype"].toInt()));
    RandomsFrom cpu(c10::kCPU, kept["cpu"].toTensor());
    std::optional<RandomsFrom> device;
    if (!x.is_cpu()) device.emplace(x.device(), kept["device"].toTensor());
    const auto held = kept["block"].toCapsule();
    return static_cast<const Block&>(*held)(x, true);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto inputs = context->get_saved_variables();
    // None for the block itself.
    variable_list results(inputs.size() + 1);
    if (!gradients[0].defined()) return results;
    TORCH_CHECK(!c10::GradMode::is_enabled(), "a checkpointed block has no gradients of gradients; keep its activations");
    const auto x = inputs[0].detach().set_requires_grad(context->needs_input_grad(0));
    const auto out = again(context, x);
    variable_list wanted;
    std::vector<size_t> places;
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (!context->needs_input_grad(i)) continue;
      wanted.push_back(i == 0 ? x : inputs[i]);
      places.push_back(i);
    }
    auto found = torch::autograd::grad({out}, wanted, gradients, false, false, true);
    for (size_t i = 0; i < places.size(); ++i) results[places[i]] = std::move(found[i]);
    return results;
  }
};

}  // namespace
}  // namespace ct

using namespace ct;

extern "C" CTStatus ct_checkpoint(CTTensor x, const CTTensor* parameters, int32_t n, CTBlock run, void* context,
                                  void (*release)(void*), CTTensor* out) {
  return guard([&] {
    auto block = c10::make_intrusive<Block>(run, context, release);
    auto inputs = list(parameters, n);
    inputs.insert(inputs.begin(), share(x));
    *out = give(Checkpoint::apply(at::TensorList(inputs), std::move(block)));
  });
}
