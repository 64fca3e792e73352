// Has a library made of detector.cpp write its weights beside it: unpack LIBRARY FILE.
#include <dlfcn.h>

#include <cstdint>
#include <cstdio>

int main(int count, char** arguments) {
  void* library = count == 3 ? dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL) : nullptr;
  void* unpack = library ? dlsym(library, "facet_detector_unpack") : nullptr;
  if (unpack) return reinterpret_cast<int32_t (*)(const char*)>(unpack)(arguments[2]);
  const char* reason = count == 3 ? dlerror() : "give a library and a file";
  std::fprintf(stderr, "unpack: %s\n", reason ? reason : "not a detector");
  return 1;
}
