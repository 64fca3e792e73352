// A convolution with what follows it at inference: weights in the order oneDNN's kernels read them, bias and ReLU within its
// operation, then a sum or PReLU in place. Its own sum copies the map that is added first and takes up to a fifth longer. Where this
// LibTorch has no oneDNN (Apple's), the same as separate operations. Most 3x3 kernels that skip no place are `winograd`'s.
#include "guard.hpp"
#include "parallel.hpp"
#include "places.hpp"
#include "prelu.hpp"
#include "winograd.hpp"
#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

using namespace ct;

namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;
using Text = std::optional<c10::string_view>;
using Convolve = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, at::IntArrayRef,
                            at::IntArrayRef, at::IntArrayRef, int64_t, c10::string_view, Scalars, Text);
using Reorder = at::Tensor(const at::Tensor&, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, int64_t,
                           at::OptionalIntArrayRef);

template <class Signature>
std::optional<c10::TypedOperatorHandle<Signature>> find(const char* name, const char* overload) {
  const auto op = c10::Dispatcher::singleton().findSchema({name, overload});
  if (!op) return std::nullopt;
  return op->typed<Signature>();
}

struct Operations {
  std::optional<c10::TypedOperatorHandle<Convolve>> convolve = find<Convolve>("mkldnn::_convolution_pointwise", "");
  std::optional<c10::TypedOperatorHandle<Reorder>> reorder =
      find<Reorder>("mkldnn::_reorder_convolution_weight", "");
  bool complete() const { return convolve && reorder; }
};

const Operations& operations() {
  static const Operations found;
  return found;
}

// Along one side of a map: the places whose kernel reaches into the padding lie before `first` and from `last` on.
struct Inside {
  int64_t first, last;
  Inside(int64_t input, int64_t output, int64_t kernel, int64_t stride, int64_t padding) {
    first = std::min(output, (padding + stride - 1) / stride);
    last = std::max(first, std::min(output, (input + padding - kernel) / stride + 1));
  }
};

// y: [B, C, H, W] in float32; frame: [1, C, H, W], 0 inside.
void add_frame_(at::Tensor& y, const at::Tensor& frame, const Inside& rows, const Inside& columns) {
  const auto places = at::MemoryFormat::ChannelsLast;
  if (!y.is_contiguous(places) || !frame.is_contiguous(places)) {
    y.add_(frame);
    return;
  }
  const auto height = y.size(2), width = y.size(3), channels = y.size(1);
  const auto* from = frame.data_ptr<float>();
  auto* to = y.data_ptr<float>();
  const auto add = [&](int64_t image, int64_t row, int64_t first, int64_t last) {
    const auto* source = from + (row * width + first) * channels;
    auto* target = to + ((image * height + row) * width + first) * channels;
    for (int64_t i = 0; i < (last - first) * channels; ++i) target[i] += source[i];
  };
  for (int64_t image = 0; image < y.size(0); ++image) {
    for (int64_t row = 0; row < height; ++row) {
      if (row < rows.first || row >= rows.last) {
        add(image, row, 0, width);
      } else {
        add(image, row, 0, columns.first);
        add(image, row, columns.last, width);
      }
    }
  }
}

// `t`, which may be missing, as `winograd` reads it.
struct Numbers {
  at::Tensor tensor;
  explicit Numbers(CTTensor t) {
    if (!t) return;
    const auto& given = ref(t);
    TORCH_CHECK(given.is_cpu(), "a convolution on the processor is to add what lies on ", given.device());
    tensor = given.to(at::kFloat).contiguous(given.dim() == 4 ? at::MemoryFormat::ChannelsLast
                                                              : at::MemoryFormat::Contiguous);
  }
  const float* begin() const { return tensor.defined() ? tensor.data_ptr<float>() : nullptr; }
};

}  // namespace

extern "C" {
CTStatus ct_pack_convolution(CTTensor x, CTTensor w, int64_t stride, int64_t padding, int64_t groups, CTTensor* out) {
  return guard([&] {
    const auto& ops = operations();
    const auto& weight = ref(w);
    const bool is_known = weight.is_cpu() && weight.scalar_type() == at::kFloat;
    if (is_known && suits_winograd(weight.sizes(), ref(x).size(2), ref(x).size(3), stride, padding, groups)) {
      *out = give(winograd_weight(weight));
      return;
    }
    if (!ops.complete() || !is_known) {
      *out = give(at::Tensor(weight));
      return;
    }
    const auto input = kept_places(ref(x), weight, stride, padding, groups);
    *out = give(ops.reorder->call(weight, {padding, padding}, {stride, stride}, {1, 1}, groups, input.sizes()));
  });
}

CTStatus ct_convolve_packed(CTTensor x, CTTensor w, CTTensor bias, CTTensor frame, CTTensor rest, CTTensor slope,
                            bool relu, int64_t stride, int64_t padding, int64_t groups, CTTensor* out) {
  return guard([&] {
    const auto& weight = ref(w);
    const auto input = kept_places(ref(x), weight, stride, padding, groups);
    const bool tiled = weight.dim() == 3;
    if (tiled) {
      TORCH_CHECK(input.size(1) == weight.size(1), "a convolution of ", weight.size(1), " channels is given ",
                  input.sizes());
    }
    const auto side = [&](int64_t d) {
      return tiled ? input.size(d) : (input.size(d) + 2 * padding - weight.size(d)) / stride + 1;
    };
    const auto channels = weight.size(tiled ? 2 : 0);
    // Where a second thread has to be woken it begins to pay between MobileFaceNet's layers (5 million multiplications) and
    // IResNet-18's (60 million).
    const int64_t pays = idle_threads_sleep() ? 20'000'000 : 1'000'000;
    const auto each = tiled ? weight.numel() / 16 : weight.numel();
    const OneThread alone(input.size(0) * side(2) * side(3) * each < pays);
    if (rest) {
      // A smaller map would be spread over the larger one.
      TORCH_CHECK(ref(rest).sizes() == at::IntArrayRef({input.size(0), channels, side(2), side(3)}), "cannot add ",
                  ref(rest).sizes(), " to what a convolution of ", input.sizes(), " gives");
    }
    if (frame) {
      TORCH_CHECK(ref(frame).sizes() == at::IntArrayRef({1, channels, side(2), side(3)}), "a frame of ",
                  ref(frame).sizes(), " for what a convolution of ", input.sizes(), " gives");
    }
    if (tiled) {
      const Numbers frames(frame), rests(rest);
      Numbers biases(bias), slopes(slope);
      if (bias) biases.tensor = biases.tensor.expand({channels}).contiguous();
      if (slope) slopes.tensor = slopes.tensor.expand({channels}).contiguous();
      *out = give(winograd(input, weight, {biases.begin(), frames.begin(), rests.begin(), slopes.begin(), relu}));
      return;
    }
    at::Tensor y;
    const bool within = weight.is_mkldnn() && !rest && !frame;
    if (weight.is_mkldnn()) {
      const std::vector<int64_t> pads{padding, padding}, steps{stride, stride}, ones{1, 1};
      const auto& ops = operations();
      y = ops.convolve->call(input, weight, share(bias), pads, steps, ones, groups, relu && within ? "relu" : "none",
                             Scalars(), "");
    } else {
      y = at::conv2d(input, weight, share(bias), {stride, stride}, at::IntArrayRef{padding, padding}, {1, 1}, groups);
    }
    if (frame) {
      const auto inside = [&](int64_t d) { return Inside(input.size(d), side(d), weight.size(d), stride, padding); };
      add_frame_(y, ref(frame), inside(2), inside(3));
    }
    if (rest) y.add_(ref(rest));
    if (relu && !within) y.relu_();
    if (slope) prelu_(y, ref(slope));
    *out = give(std::move(y));
  });
}
}
