// PReLU whose gradient is one pass over memory. LibTorch's is not vectorized and writes the slope's gradient for every
// element before it sums it, which makes it a third of MobileFaceNet's training step.
#include "prelu.hpp"
#include "parallel.hpp"
#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <algorithm>
#include <cstring>
#include <torch/csrc/autograd/custom_function.h>

namespace ct {
namespace {

// Elements as rows of channels, as channels-last pictures lie in memory.
struct Rows {
  int64_t count, channels;
};

bool is_rows(const at::Tensor& t) {
  return t.dim() == 4 ? t.is_contiguous(at::MemoryFormat::ChannelsLast) : t.dim() == 2 && t.is_contiguous();
}

// The sums are taken in blocks whose bounds do not depend on the threads, so that results do not either.
constexpr int64_t kBlock = 64;

// One cache line of channels. Spelled out because compilers turn the choice by sign into branches, which random signs
// make slow.
using Line = float __attribute__((ext_vector_type(16)));

// Rows may begin anywhere in a line, so lines are copied in and out; compilers make one instruction of it.
void load(Line& line, const float* p) { std::memcpy(&line, p, sizeof line); }
void store(float* p, const Line& line) { std::memcpy(p, &line, sizeof line); }

// A block of rows: gx, and its part of the slopes' gradient in `sums`, which holds zeros.
void backward_block(const float* x, const float* g, const float* slope, float* gx, float* sums, Rows rows) {
  constexpr int64_t width = sizeof(Line) / sizeof(float);
  const auto whole = rows.channels / width * width;
  for (int64_t c = 0; c < whole; c += width) {
    Line s, xs, gs, sum = 0;
    load(s, slope + c);
    for (int64_t i = c; i < rows.count * rows.channels; i += rows.channels) {
      load(xs, x + i);
      load(gs, g + i);
      store(gx + i, xs > 0 ? gs : s * gs);
      sum += xs > 0 ? Line(0) : gs * xs;
    }
    store(sums + c, sum);
  }
  for (int64_t c = whole; c < rows.channels; ++c)
    for (int64_t i = c; i < rows.count * rows.channels; i += rows.channels) {
      gx[i] = x[i] > 0 ? g[i] : slope[c] * g[i];
      sums[c] += x[i] > 0 ? 0 : g[i] * x[i];
    }
}

std::pair<at::Tensor, at::Tensor> backward(const at::Tensor& x, const at::Tensor& slope, const at::Tensor& gradient) {
  const auto g = gradient.contiguous(x.suggest_memory_format());
  auto gx = at::empty_like(x);
  const Rows all{x.numel() / slope.numel(), slope.numel()};
  const auto blocks = (all.count + kBlock - 1) / kBlock;
  auto sums = at::zeros({blocks, all.channels}, x.options());
  const auto *px = x.data_ptr<float>(), *pg = g.data_ptr<float>(), *ps = slope.data_ptr<float>();
  auto *pgx = gx.data_ptr<float>(), *psum = sums.data_ptr<float>();
  constexpr int64_t together = 16;
  parallel((blocks + together - 1) / together, [&](int64_t piece) {
    for (auto b = piece * together; b < std::min(blocks, (piece + 1) * together); ++b) {
      const auto first = b * kBlock, at = first * all.channels;
      const Rows block{std::min(kBlock, all.count - first), all.channels};
      backward_block(px + at, pg + at, ps, pgx + at, psum + b * all.channels, block);
    }
  });
  return {gx, sums.sum(0)};
}

struct PReLU : torch::autograd::Function<PReLU> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& slope) {
    context->save_for_backward({x, slope});
    return at::prelu(x, slope);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &slope = saved[1], &g = gradients[0];
    // Gradients that are to be differentiated themselves are made of LibTorch's operations.
    if (!g.defined()) return {at::Tensor(), at::Tensor()};
    if (c10::GradMode::is_enabled()) {
      std::vector<int64_t> wide(x.dim(), 1);
      wide[1] = slope.numel();
      auto [gx, gs] = at::_prelu_kernel_backward(g, x, slope.reshape(wide));
      return {gx, gs.sum_to_size(wide).reshape(slope.sizes())};
    }
    auto [gx, gs] = ct::backward(x, slope, g);
    return {gx, gs};
  }
};

}  // namespace

at::Tensor prelu(const at::Tensor& x, const at::Tensor& slope) {
  const bool learns = c10::GradMode::is_enabled() && (x.requires_grad() || slope.requires_grad());
  const bool suits = x.is_cpu() && x.scalar_type() == at::kFloat && slope.scalar_type() == at::kFloat && is_rows(x) &&
                     !at::autocast::is_autocast_enabled(at::kCPU) && x.numel() > 0 && slope.is_contiguous() &&
                     slope.dim() == 1 && slope.numel() == x.size(1);
  return learns && suits ? PReLU::apply(x, slope) : at::prelu(x, slope);
}

namespace {
void forward_rows(float* x, const float* slope, Rows rows) {
  constexpr int64_t width = sizeof(Line) / sizeof(float);
  const auto whole = rows.channels / width * width;
  for (int64_t row = 0; row < rows.count; ++row, x += rows.channels) {
    for (int64_t c = 0; c < whole; c += width) {
      Line s, xs;
      load(s, slope + c);
      load(xs, x + c);
      store(x + c, xs > 0 ? xs : s * xs);
    }
    for (int64_t c = whole; c < rows.channels; ++c) x[c] = x[c] > 0 ? x[c] : slope[c] * x[c];
  }
}
}  // namespace

void prelu_(at::Tensor& x, const at::Tensor& slope) {
  const bool suits = x.is_cpu() && x.scalar_type() == at::kFloat && slope.scalar_type() == at::kFloat && is_rows(x) &&
                     slope.is_contiguous() && slope.dim() == 1 && slope.numel() == x.size(1);
  if (!suits) {
    x = at::prelu(x, slope);
    return;
  }
  const Rows all{x.numel() / slope.numel(), slope.numel()};
  auto* px = x.data_ptr<float>();
  const auto* ps = slope.data_ptr<float>();
  const auto grain = std::max<int64_t>(1, (1 << 16) / all.channels);
  parallel((all.count + grain - 1) / grain, [&](int64_t piece) {
    const auto begin = piece * grain;
    forward_rows(px + begin * all.channels, ps, {std::min(grain, all.count - begin), all.channels});
  });
}

}  // namespace ct
