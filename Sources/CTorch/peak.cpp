#include "guard.hpp"
#include <algorithm>
#include <atomic>
#include <c10/core/CachingDeviceAllocator.h>
#include <cinttypes>
#include <cstdio>
#include <sys/resource.h>

using namespace ct;

// On Linux a program inherits ru_maxrss from whoever started it; the high-water mark of its own memory is only here.
static int64_t high_water_mark() {
  int64_t kibibytes = 0;
  if (auto* status = std::fopen("/proc/self/status", "r")) {
    char line[128];
    while (std::fgets(line, sizeof line, status))
      if (std::sscanf(line, "VmHWM: %" SCNd64 " kB", &kibibytes) == 1) break;
    std::fclose(status);
  }
  return kibibytes * 1024;
}

extern "C" {
int64_t ct_peak_resident(void) {
  // The kernel's counters are summed up roughly, by which its mark can fall a little; a peak does not.
  static std::atomic<int64_t> highest{0};
  if (const auto bytes = high_water_mark()) {
    auto known = highest.load();
    while (known < bytes && !highest.compare_exchange_weak(known, bytes)) {}
    return std::max(known, bytes);
  }
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
  return usage.ru_maxrss;
#else
  return static_cast<int64_t>(usage.ru_maxrss) * 1024;
#endif
}
CTStatus ct_peak_allocated(int32_t d, int64_t* bytes) {
  return guard([&] {
    const auto where = device(d);
    const auto stats = c10::getDeviceAllocator(where.type())->getDeviceStats(where.index());
    *bytes = stats.allocated_bytes[static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE)].peak;
  });
}
}
