#pragma once
#include <c10/util/FunctionRef.h>
#include <cstdint>

namespace ct {

/// Calls `body(i)` for each of `count` pieces of work on as many of LibTorch's threads. Threads take the next piece when they are
/// done with one, so that a core that other work holds keeps nobody waiting for more than a piece.
///
/// What ATen/Parallel.h offers is one thread wherever the including file is not compiled for LibTorch's own OpenMP.
void parallel(int64_t count, c10::function_ref<void(int64_t)> body);

/// Whether idle threads were told to sleep at once (`OMP_WAIT_POLICY=PASSIVE`), so that waking one takes as long as a small
/// convolution. By themselves they spin for a while first, ready for the next layer.
bool idle_threads_sleep();

/// While it lives, one thread does what this thread asks LibTorch for: what is done sooner than a sleeping thread is woken.
class OneThread {
  const int before_;

 public:
  explicit OneThread(bool wanted);
  ~OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
};

}  // namespace ct
