#include "guard.hpp"
#include <ATen/Context.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>
#include <filesystem>
#include <string>

using namespace ct;

// cuDNN compiles kernels at run time and looks for NVRTC by name alone, and NVRTC for its built-in functions, as PyTorch's Python
// package knows, which opens both beforehand. They lie where the CUDA runtime lies.
static void open_nvrtc() {
  Dl_info runtime;
  void* place = dlsym(RTLD_DEFAULT, "cudaRuntimeGetVersion");
  if (!place || !dladdr(place, &runtime) || !runtime.dli_fname) return;
  std::error_code missing;
  const auto folder = std::filesystem::path(runtime.dli_fname).parent_path();
  for (const auto& file : std::filesystem::directory_iterator(folder, missing)) {
    const auto name = file.path().filename().string();
    if (name.starts_with("libnvrtc-builtins.so") || name.starts_with("libnvrtc.so")) dlopen(file.path().c_str(), RTLD_LAZY | RTLD_GLOBAL);
  }
}

extern "C" {
int32_t ct_cuda_load(void) {
  static const int32_t result = [] {
    if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL)) {
      guard(open_nvrtc);
      // float32 is float32: cuDNN's convolutions would round to ten bits, and scores with them. bfloat16 is asked for by name.
      guard([] { at::globalContext().setAllowTF32CuDNN(false); });
      return 0;
    }
    const char* message = dlerror();
    note(message ? message : "libtorch_cuda.so could not be loaded");
    return 1;
  }();
  return result;
}
int32_t ct_cuda_count(void) {
  int32_t count = 0;
  guard([&] {
    if (at::hasCUDA()) count = static_cast<int32_t>(at::detail::getCUDAHooks().deviceCount());
  });
  return count;
}
CTStatus ct_synchronize(int32_t d) {
  return guard([&] {
    if (d > 0) c10::impl::VirtualGuardImpl(c10::kCUDA).synchronizeDevice(static_cast<c10::DeviceIndex>(d - 1));
  });
}
}
