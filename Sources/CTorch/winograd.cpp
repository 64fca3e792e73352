// Convolutions of 3x3 by Winograd's minimal filtering, F(4x4, 3x3) (Lavin and Gray, CVPR 2016): 36 products instead of 144 for
// each 4x4 places of the output. Tiles of 6x6 places become 36 numbers a channel, these are multiplied by as many matrices,
// and what comes out becomes 4x4 places.
//
// Polynomials are read at 0, +-2/3, +-3/2 and infinity, with half of the error of the usual 0, +-1, +-2 and infinity.
#include "winograd.hpp"
#include "parallel.hpp"
#include <ATen/ATen.h>
#include <algorithm>
#include <cstring>

// The loops are compiled for each of these, and the machine's own is chosen as the library is loaded. (Levels such as x86-64-v3 are
// not known to older compilers' libraries.)
#if defined(__x86_64__) && defined(__ELF__)
#define CT_EACH_MACHINE __attribute__((target_clones("avx512f", "fma", "default")))
#else
#define CT_EACH_MACHINE
#endif

// What a function with several machines' code calls must be in it: Clang forgets to compile it by itself.
#define CT_INLINE inline __attribute__((always_inline))

namespace ct {
namespace {

// Where polynomials are read beside 0 and infinity: +-a and +-b; in double precision for the weights.
template <class Number>
struct At {
  static constexpr Number a = Number(2) / 3, b = Number(3) / 2, p = a * a, q = b * b;
};
constexpr int64_t kPoints = 36, kTile = 4, kWide = 6;
// Tiles at once at least, and floats of tiles and products that a core's cache holds.
constexpr int64_t kLeast = 64, kCached = 1 << 18;

constexpr int64_t kLine = 16;
using Line = float __attribute__((ext_vector_type(16)));

CT_INLINE void load(Line& line, const float* from) { std::memcpy(&line, from, sizeof line); }
CT_INLINE void store(float* to, const Line& line) { std::memcpy(to, &line, sizeof line); }

// Six numbers of an input, a power of x each, at the six points.
CT_INLINE void points(const Line* d, int64_t step, Line* out, int64_t out_step) {
  constexpr float a = At<float>::a, b = At<float>::b, p = At<float>::p, q = At<float>::q;
  const Line &d0 = d[0], &d1 = d[step], &d2 = d[2 * step], &d3 = d[3 * step], &d4 = d[4 * step], &d5 = d[5 * step];
  const Line even_a = d4 - q * d2, odd_a = a * (d3 - q * d1), even_b = d4 - p * d2, odd_b = b * (d3 - p * d1);
  out[0] = d0 - (p + q) * d2 + d4;
  out[out_step] = even_a + odd_a;
  out[2 * out_step] = even_a - odd_a;
  out[3 * out_step] = even_b + odd_b;
  out[4 * out_step] = even_b - odd_b;
  out[5 * out_step] = d5 - (p + q) * d3 + d1;
}

// Six products at the points to four numbers of the output.
CT_INLINE void places(const Line* m, int64_t step, Line* out, int64_t out_step) {
  constexpr float a = At<float>::a, b = At<float>::b, p = At<float>::p, q = At<float>::q;
  const Line &m0 = m[0], &m5 = m[5 * step];
  const Line sum_a = m[step] + m[2 * step], difference_a = m[step] - m[2 * step];
  const Line sum_b = m[3 * step] + m[4 * step], difference_b = m[3 * step] - m[4 * step];
  out[0] = m0 + sum_a + sum_b;
  out[out_step] = a * difference_a + b * difference_b;
  out[2 * out_step] = p * sum_a + q * sum_b;
  out[3 * out_step] = a * p * difference_a + b * q * difference_b + m5;
}

CT_INLINE int64_t least(int64_t n) { return n < kTile ? n : kTile; }

struct Maps {
  int64_t height, width, in, out;
  int64_t rows, columns;  // of tiles
};

struct Place {
  int64_t image, row, column;  // of the first place of the output
};

CT_INLINE Place place(const Maps& maps, int64_t tile) {
  const auto each = maps.rows * maps.columns;
  return {tile / each, tile % each / maps.columns * kTile, tile % maps.columns * kTile};
}

// Tiles `first` to `last` of x to u, [36, last - first, C].
CT_EACH_MACHINE void take(const float* x, const Maps& maps, int64_t first, int64_t last, float* u) {
  const auto channels = maps.in, plane = (last - first) * channels;
  for (auto tile = first; tile < last; ++tile) {
    const auto at = place(maps, tile);
    const auto* image = x + at.image * maps.height * maps.width * channels;
    const auto top = at.row - 1, left = at.column - 1;
    const bool within = top >= 0 && left >= 0 && top + kWide <= maps.height && left + kWide <= maps.width;
    for (int64_t c = 0; c < channels; c += kLine) {
      Line d[kPoints], t[kPoints];
      if (within) {
        const auto* from = image + (top * maps.width + left) * channels + c;
        for (int64_t i = 0; i < kWide; ++i)
          for (int64_t j = 0; j < kWide; ++j) load(d[i * kWide + j], from + (i * maps.width + j) * channels);
      } else {
        for (int64_t i = 0; i < kWide; ++i)
          for (int64_t j = 0; j < kWide; ++j) {
            const auto row = top + i, column = left + j;
            const bool is_in = row >= 0 && row < maps.height && column >= 0 && column < maps.width;
            if (is_in)
              load(d[i * kWide + j], image + (row * maps.width + column) * channels + c);
            else
              d[i * kWide + j] = 0;
          }
      }
      for (int64_t j = 0; j < kWide; ++j) points(d + j, kWide, t + j, kWide);
      for (int64_t i = 0; i < kWide; ++i) {
        Line row[kWide];
        points(t + i * kWide, 1, row, 1);
        for (int64_t j = 0; j < kWide; ++j) store(u + (i * kWide + j) * plane + (tile - first) * channels + c, row[j]);
      }
    }
  }
}

// m, [36, last - first, K], to tiles `first` to `last` of y.
CT_EACH_MACHINE void give(const float* m, const Maps& maps, int64_t first, int64_t last, const Ending& ending, float* y) {
  const auto channels = maps.out, plane = (last - first) * channels;
  for (auto tile = first; tile < last; ++tile) {
    const auto at = place(maps, tile);
    const auto rows = least(maps.height - at.row), columns = least(maps.width - at.column);
    const bool border = at.row == 0 || at.column == 0 || at.row + kTile >= maps.height || at.column + kTile >= maps.width;
    const auto inside = (at.row * maps.width + at.column) * channels;
    const auto begin = at.image * maps.height * maps.width * channels + inside;
    for (int64_t c = 0; c < channels; c += kLine) {
      Line t[kTile * kWide], o[kTile * kTile];
      for (int64_t j = 0; j < kWide; ++j) {
        Line column[kWide];
        for (int64_t i = 0; i < kWide; ++i) load(column[i], m + (i * kWide + j) * plane + (tile - first) * channels + c);
        places(column, 1, t + j, kWide);
      }
      for (int64_t i = 0; i < kTile; ++i) places(t + i * kWide, 1, o + i * kTile, 1);
      Line bias = 0, slope = 1;
      if (ending.bias) load(bias, ending.bias + c);
      if (ending.slope) load(slope, ending.slope + c);
      for (int64_t i = 0; i < rows; ++i)
        for (int64_t j = 0; j < columns; ++j) {
          const auto offset = (i * maps.width + j) * channels + c;
          Line value = o[i * kTile + j] + bias, other;
          if (ending.frame && border) {
            load(other, ending.frame + inside + offset);
            value += other;
          }
          if (ending.rest) {
            load(other, ending.rest + begin + offset);
            value += other;
          }
          if (ending.relu) value = value < 0 ? Line(0) : value;
          if (ending.slope) value = value > 0 ? value : slope * value;
          store(y + begin + offset, value);
        }
    }
  }
}

}  // namespace

bool suits_winograd(at::IntArrayRef weight, int64_t height, int64_t width, int64_t stride, int64_t padding,
                    int64_t groups) {
  const auto out = weight[0], in = weight[1];
  const bool small_kernel = weight[2] == 3 && weight[3] == 3 && stride == 1 && padding == 1 && groups == 1;
  // With fewer channels the products are too small to pay; on smaller maps much of a tile lies outside, and weights four times as
  // large would be most of what is read.
  return small_kernel && in % kLine == 0 && out % kLine == 0 && in * out >= 512 && height >= 8 && width >= 8;
}

at::Tensor winograd_weight(const at::Tensor& weight) {
  constexpr double a = At<double>::a, b = At<double>::b, p = At<double>::p, q = At<double>::q;
  constexpr double at_a = 2 * p * (p - q), at_b = 2 * q * (q - p);
  const auto along =
      at::tensor({1.0, 0.0, 0.0,                                                    // 0
                  1 / at_a, a / at_a, p / at_a, 1 / at_a, -a / at_a, p / at_a,      // +-a
                  1 / at_b, b / at_b, q / at_b, 1 / at_b, -b / at_b, q / at_b,      // +-b
                  0.0, 0.0, 1.0},                                                   // infinity
                 at::kDouble)
          .reshape({kWide, 3});
  const auto both = at::kron(along, along).to(at::kFloat);
  return at::matmul(both, weight.permute({2, 3, 1, 0}).reshape({9, -1})).reshape({kPoints, weight.size(1), weight.size(0)});
}

at::Tensor winograd(const at::Tensor& x, const at::Tensor& weight, const Ending& ending) {
  TORCH_CHECK(x.is_cpu() && x.scalar_type() == at::kFloat && x.dim() == 4, "Winograd's convolution of ", x.sizes(), " ",
              x.scalar_type(), " on ", x.device());
  const auto input = x.contiguous(at::MemoryFormat::ChannelsLast);
  const Maps maps{x.size(2),
                  x.size(3),
                  weight.size(1),
                  weight.size(2),
                  (x.size(2) + kTile - 1) / kTile,
                  (x.size(3) + kTile - 1) / kTile};
  auto y = at::empty({x.size(0), maps.out, maps.height, maps.width},
                     x.options().memory_format(at::MemoryFormat::ChannelsLast));
  if (y.numel() == 0) return y;
  const auto tiles = x.size(0) * maps.rows * maps.columns, each = kPoints * (maps.in + maps.out);
  // As many tiles at once as fit in a core's cache, and enough for matrices to be worth multiplying.
  const auto block = std::min(tiles, std::max(kLeast, kCached / each));
  const auto* from = input.data_ptr<float>();
  auto* to = y.data_ptr<float>();
  parallel((tiles + block - 1) / block, [&](int64_t piece) {
    const auto first = piece * block, last = std::min(tiles, first + block), count = last - first;
    const auto taken = at::empty({kPoints, count, maps.in}, x.options());
    auto products = at::empty({kPoints, count, maps.out}, x.options());
    take(from, maps, first, last, taken.data_ptr<float>());
    at::bmm_out(products, taken, weight);
    give(products.data_ptr<float>(), maps, first, last, ending, to);
  });
  return y;
}

}  // namespace ct
