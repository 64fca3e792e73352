#include "guard.hpp"
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <string>
#include <torch/version.h>

namespace ct {
static thread_local std::string last_error;
void note(const char* what) noexcept {
  try {
    last_error = what;
  } catch (...) {
  }
}
}  // namespace ct

using namespace ct;

extern "C" {
const char* ct_last_error(void) { return last_error.c_str(); }
void ct_fail(const char* message) { note(message); }
const char* ct_version(void) { return TORCH_VERSION; }
const char* ct_cpu_capability(void) {
  static const std::string name = at::get_cpu_capability();
  return name.c_str();
}
bool ct_has_mkldnn(void) { return at::hasMKLDNN(); }
void ct_set_threads(int32_t n) {
  guard([&] { at::set_num_threads(n); });
}
int32_t ct_threads(void) { return at::get_num_threads(); }
void ct_seed(uint64_t seed) {
  guard([&] { at::manual_seed(seed); });
}
}
