#include "parallel.hpp"
#include <ATen/Parallel.h>
#include <atomic>
#include <dlfcn.h>
#include <exception>
#include <mutex>

namespace ct {
namespace {

// What compilers make of `#pragma omp parallel`; found at run time because LibTorch brings the library.
using Region = void (*)(void (*body)(void*), void* data, unsigned threads, unsigned flags);

Region region() {
  static const auto found = reinterpret_cast<Region>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  return found;
}

struct Work {
  int64_t count;
  c10::function_ref<void(int64_t)> body;
  std::atomic<int64_t> next{0};
  std::mutex mutex;
  std::exception_ptr error;

  void help() noexcept {
    try {
      for (auto i = next++; i < count; i = next++) body(i);
    } catch (...) {
      std::lock_guard lock(mutex);
      error = std::current_exception();
    }
  }
};

}  // namespace

void parallel(int64_t count, c10::function_ref<void(int64_t)> body) {
  const auto threads = std::min<int64_t>(count, at::get_num_threads());
  if (threads < 2 || at::in_parallel_region() || !region()) {
    for (int64_t i = 0; i < count; ++i) body(i);
    return;
  }
  Work work{count, body};
  region()([](void* work) { static_cast<Work*>(work)->help(); }, &work, static_cast<unsigned>(threads), 0);
  if (work.error) std::rethrow_exception(work.error);
}

}  // namespace ct
