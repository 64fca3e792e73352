// Keeps large blocks of memory between training steps, which ask for the same sizes again and again: fresh pages
// from the system cost a fifth of a step.
#include "ct_core.h"
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <cstdlib>
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif
#include <map>
#include <mutex>
#include <new>
#include <sys/mman.h>
#include <unordered_map>

namespace {
constexpr size_t kPage = size_t(2) << 20;
constexpr size_t kLarge = size_t(1) << 20;

class CachingAllocator final : public c10::Allocator {
  std::mutex mutex_;
  std::multimap<size_t, void*> free_;
  struct Block {
    size_t size, wanted;
  };
  std::unordered_map<void*, Block> used_;
  // Bytes of blocks that are free, of those in use, what was wanted of these, and the most that ever was.
  size_t held_ = 0, in_use_ = 0, wanted_ = 0, peak_ = 0;

 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes < kLarge) {
      auto* p = c10::alloc_cpu(bytes);
      return {p, p, &release, c10::Device(c10::kCPU)};
    }
    auto* p = take((bytes + kPage - 1) / kPage * kPage);
    return {p, p, &release, c10::Device(c10::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, size_t n) const override { default_copy_data(to, from, n); }
  static CachingAllocator& shared() {
    static auto* a = new CachingAllocator;
    return *a;
  }

 private:
  void* take(size_t size) {
    std::lock_guard lock(mutex_);
    // What is kept makes the process larger than its peak by no more than an eighth, and by what blocks that are lent for less than
    // their size have over.
    const auto is_full = [&] { return held_ + in_use_ + size > peak_ + peak_ / 8; };
    // At the limit a block that is much too large will do: passes over batches, whose maps become smaller from layer to layer,
    // would otherwise give the large ones back and ask for them again.
    auto it = free_.lower_bound(size);
    if (it != free_.end() && (it->first <= size + size / 8 || is_full())) {
      auto [s, p] = *it;
      free_.erase(it);
      held_ -= s;
      return mark(p, {s, size});
    }
    while (!free_.empty() && is_full()) drop(std::prev(free_.end()));
    void* p = std::aligned_alloc(kPage, size);
    if (!p) {
      while (!free_.empty()) drop(free_.begin());
      p = std::aligned_alloc(kPage, size);
    }
    TORCH_CHECK(p, "out of memory: ", size, " bytes");
#ifdef MADV_HUGEPAGE
    madvise(p, size, MADV_HUGEPAGE);
#endif
    return mark(p, {size, size});
  }
  void* mark(void* p, Block block) {
    used_[p] = block;
    in_use_ += block.size;
    wanted_ += block.wanted;
    if (wanted_ > peak_) peak_ = wanted_;
    return p;
  }
  void drop(std::multimap<size_t, void*>::iterator it) {
    held_ -= it->first;
    std::free(it->second);
    free_.erase(it);
  }
  static void release(void* p) {
    // Large blocks start at a page; small ones hardly ever do.
    if (reinterpret_cast<uintptr_t>(p) % kPage != 0) return c10::free_cpu(p);
    auto& a = shared();
    std::unique_lock lock(a.mutex_);
    auto it = a.used_.find(p);
    if (it == a.used_.end()) {
      lock.unlock();
      return c10::free_cpu(p);
    }
    const auto block = it->second;
    a.in_use_ -= block.size;
    a.wanted_ -= block.wanted;
    a.held_ += block.size;
    a.free_.emplace(block.size, p);
    a.used_.erase(it);
  }
};
}  // namespace

extern "C" void ct_keep_large_blocks(void) {
  static const bool installed = [] {
    c10::SetCPUAllocator(&CachingAllocator::shared(), 200);
#ifdef M_TRIM_THRESHOLD
    // Smaller blocks are malloc's, which gives the end of its heap back after every layer and takes it again for the next.
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    mallopt(M_MMAP_THRESHOLD, 2 * kLarge);
#endif
    return true;
  }();
  (void)installed;
}
