#include "parallel.hpp"
#include <ATen/Parallel.h>
#include <atomic>
#include <cstdlib>
#include <dlfcn.h>
#include <exception>
#include <mutex>
#include <strings.h>

namespace ct {
namespace {

// What compilers make of `#pragma omp parallel`; found at run time because LibTorch brings the library.
using Region = void (*)(void (*body)(void*), void* data, unsigned threads, unsigned flags);

Region region() {
  static const auto found = reinterpret_cast<Region>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  return found;
}

// Not LibTorch's setter, which starts a second pool of threads that spin.
using SetThreads = void (*)(int);

SetThreads set_threads() {
  static const auto found = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
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

bool idle_threads_sleep() {
  static const bool result = [] {
    const char* policy = std::getenv("OMP_WAIT_POLICY");
    return policy && strcasecmp(policy, "PASSIVE") == 0;
  }();
  return result;
}

OneThread::OneThread(bool wanted) : before_(wanted && set_threads() ? at::get_num_threads() : 1) {
  if (before_ > 1) set_threads()(1);
}
OneThread::~OneThread() {
  if (before_ > 1) set_threads()(before_);
}

}  // namespace ct
